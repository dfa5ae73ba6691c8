import { defineActions } from '@haven/access'
import type { Principal } from '@haven/auth'
import type { AuditEntry } from '@haven/contracts'
import { Problem } from '@haven/problem'
import { createLogger } from '@haven/telemetry'
import { Type } from 'typebox'
import { createService, type Instance, type ServiceOptions } from '../src/index.ts'

const worker: Principal = {
  kind: 'person',
  subject: 'worker-1',
  clientId: 'console',
  organisation: 'org-1',
  roles: ['caseworker'],
  demo: false,
  tokenId: 'token-1',
}

// How a token is verified is @haven/auth's; here it is its own name.
const verifier = {
  async verify(token: string): Promise<Principal> {
    if (token.startsWith('worker')) return worker
    if (token.startsWith('partner')) return { ...worker, kind: 'client', roles: ['partner'] }
    throw new Problem('token-invalid', { internal: 'test' })
  },
}

export const actions = defineActions({
  'note.read': {
    resource: 'note',
    class: 'data-access',
    roles: ['caseworker'],
    purposes: ['assistance', 'protection'],
  },
  'note.write': { resource: 'note', class: 'data-access', roles: ['caseworker'], purposes: ['assistance'] },
  'event.post': { resource: 'event', class: 'data-access', roles: ['partner'], purposes: 'credential' },
})

export const asWorker = { authorization: 'Bearer worker', 'purpose-of-use': 'assistance' }

export interface Recorded {
  readonly app: Instance
  readonly lines: Record<string, unknown>[]
  /** The access record, as it stood before each answer left. */
  readonly entries: AuditEntry[]
}

/** A service with everything in place and no route of its own. */
export async function emptyService(changes: Partial<ServiceOptions> = {}): Promise<Recorded> {
  const lines: Record<string, unknown>[] = []
  const entries: AuditEntry[] = []
  const recorder = {
    check() {},
    async record(given: readonly Uint8Array[]) {
      entries.push(...given.map(bytes => JSON.parse(Buffer.from(bytes).toString())))
    },
  }
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const app = await createService({
    name: 'notes',
    version: '1.2.3',
    log: createLogger({ service: 'notes', level: 'debug', destination }),
    verifier,
    recorder,
    actions,
    problems: {},
    readiness: {},
    openapi: { title: 'Notes', description: 'Notes about nobody.' },
    // Tests share their machine with others.
    loadLimit: { loopDelayMs: 60_000 },
    ...changes,
  })
  return { app, lines, entries }
}

const Note = Type.Object({ id: Type.Integer(), text: Type.Optional(Type.String()) }, { additionalProperties: false })

/** The same with routes of each kind. */
export async function noteService(changes: Partial<ServiceOptions> = {}): Promise<Recorded> {
  const recorded = await emptyService(changes)
  const { app } = recorded
  app.get(
    '/notes/:id',
    {
      config: { access: { action: 'note.read', subjects: 'none' } },
      schema: {
        params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
        querystring: Type.Object(
          {
            limit: Type.Integer({ default: 10, maximum: 100 }),
            state: Type.Optional(Type.Array(Type.String())),
            deep: Type.Optional(Type.Boolean()),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ id: Type.Integer(), query: Type.Any() }) },
      },
    },
    async ({ params, query }) => ({ id: params.id, query }),
  )
  app.post(
    '/notes',
    { config: { access: { action: 'note.write', subjects: 'none' } }, schema: { body: Note, response: { 201: Note } } },
    async (request, reply) => reply.code(201).send(request.body),
  )
  app.post(
    '/events',
    {
      config: { access: { action: 'event.post', subjects: 'none' } },
      bodyLimit: 200_000,
      schema: { body: Type.Array(Note) },
    },
    async () => ({}),
  )
  app.get('/broken', { config: { access: { action: 'note.read', subjects: 'none' } } }, async request => {
    throw new Error(`row (${JSON.stringify(request.query)}) is broken`, {
      cause: new SyntaxError(JSON.stringify(request.query)),
    })
  })
  return recorded
}
