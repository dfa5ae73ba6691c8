import { Readable } from 'node:stream'
import type { Principal } from '@haven/auth'
import { AuditEntry } from '@haven/contracts'
import { Problem, problemHandler } from '@haven/problem'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { access, defineActions, noteFirstRefusal } from '../src/index.ts'

const worker: Principal = {
  kind: 'person',
  subject: 'worker-1',
  clientId: 'console',
  organisation: 'org-1',
  roles: ['caseworker'],
  acr: 'aal2',
  demo: false,
  tokenId: 'token-1',
}
const partner: Principal = { ...worker, kind: 'client', subject: 'client-1', roles: ['partner'] }

const actions = defineActions({
  'case.read': { resource: 'case', class: 'data-access', roles: ['caseworker'], purposes: ['assistance'] },
  'event.post': {
    resource: 'event',
    class: 'data-access',
    roles: ['partner'],
    purposes: 'credential',
    stated: 'assistance',
  },
})

const verifier = {
  async verify(token: string): Promise<Principal> {
    if (token === 'gone') throw new Problem('identity-provider-unreachable')
    if (token === 'worker') return worker
    if (token === 'partner') return partner
    throw new Problem('token-invalid')
  },
}

const [anna, bora] = ['9b2d7f6a-5c1e-4d3b-8a70-1f2e3d4c5b6a', '1f0e9d8c-7b6a-4958-8473-625140302010'] as const
const id = '01980000-0000-7000-8000-00000000000a'
const forAssistance = { authorization: 'Bearer worker', 'purpose-of-use': 'assistance', 'user-agent': 'console/1' }

interface World {
  app: FastifyInstance
  entries: AuditEntry[]
  /** What the record does with the next entries. */
  recorder: { check(): void; record(entries: readonly Uint8Array[]): Promise<void> }
}

async function world(): Promise<World> {
  const entries: AuditEntry[] = []
  const recorder = {
    check() {},
    async record(given: readonly Uint8Array[]) {
      for (const bytes of given) {
        const entry = JSON.parse(Buffer.from(bytes).toString())
        if (!Value.Check(AuditEntry, entry)) throw new TypeError('an entry does not fit its schema')
        entries.push(entry)
      }
    },
  }
  const app = fastify({ genReqId: () => '0198a0b0-0000-4000-8000-000000000001' })
  const handler = problemHandler()
  app.setErrorHandler(handler.onError)
  app.setNotFoundHandler(handler.onNotFound)
  await app.register(access, { service: 'intake', recorder, verifier, actions })
  return { app, entries, recorder }
}

const read = { action: 'case.read', subjects: () => [anna, bora, anna], fields: ['firstName'] } as const

test('an answer is entered with who, what, for what, and everyone whom it shows', async () => {
  const { app, entries } = await world()
  const config = { access: { ...read, resource: () => ({ id, version: 3 }) } }
  app.get('/cases/:id', { config }, async () => ({ items: [1, 2] }))
  await app.inject({ url: `/cases/${id}`, headers: forAssistance })
  expect(entries).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
      occurredAt: expect.stringMatching(/Z$/),
      action: 'case.read',
      class: 'data-access',
      outcome: 'success',
      actor: { id: 'worker-1', type: 'person', org: 'org-1', roles: ['caseworker'], role: 'caseworker', aal: 'aal2' },
      purpose: 'assistance',
      legalBasis: expect.stringContaining('CETS 197'),
      subjects: [anna, bora],
      resource: { type: 'case', id, version: 3 },
      fields: ['firstName'],
      resultCount: 2,
      client: { ip: '127.0.0.1', agentHash: expect.any(String) },
      session: expect.any(String),
      request: '0198a0b0-0000-4000-8000-000000000001',
      trace: expect.stringMatching(/^[0-9a-f]{32}$/),
      policy: { id: 'haven.intake.actions', version: expect.any(String) },
      service: 'intake',
    },
  ])
  expect(JSON.stringify(entries)).not.toMatch(/token-1|console/)
})

test.each<[string, object, number, Partial<AuditEntry>]>([
  ['without a token', {}, 401, { outcome: 'denied', reason: 'token-missing', actor: { type: 'unknown' } }],
  ['with a refused token', { authorization: 'Bearer x' }, 401, { outcome: 'denied', reason: 'token-invalid' }],
  ['with a gone provider', { authorization: 'Bearer gone' }, 503, { outcome: 'failure' }],
  ['in another role', { authorization: 'Bearer partner' }, 403, { outcome: 'denied', reason: 'role-not-permitted' }],
  ['without a purpose', { authorization: 'Bearer worker' }, 400, { outcome: 'denied', reason: 'purpose-required' }],
  ['for what is not there', { ...forAssistance, want: '404' }, 404, { outcome: 'denied', reason: 'not-found' }],
  [
    'for a stale version',
    { ...forAssistance, want: '412' },
    412,
    { outcome: 'failure', reason: 'precondition-failed' },
  ],
  ['that breaks', { ...forAssistance, want: '500' }, 500, { outcome: 'failure', reason: 'internal-error' }],
])('a request %s has exactly one entry, that names nobody', async (_how, headers, status, expected) => {
  const { app, entries } = await world()
  app.get('/cases/:id', { config: { access: read } }, async request => {
    const codes: Record<string, string> = { 404: 'not-found', 412: 'precondition-failed' }
    const code = codes[String(request.headers.want)]
    throw code ? new Problem(code) : new Error('broken')
  })
  const answer = await app.inject({ url: `/cases/${id}`, headers: headers as Record<string, string> })
  expect([answer.statusCode, entries]).toMatchObject([
    status,
    [{ ...expected, subjects: [], resource: { type: 'case', id } }],
  ])
  expect(entries).toHaveLength(1)
})

test('what a caller wrote in place of an id or a purpose stays out of the record', async () => {
  const { app, entries } = await world()
  app.get('/cases/:id', { config: { access: read } }, async () => ({}))
  await app.inject({ url: '/cases/Lale', headers: { ...forAssistance, 'purpose-of-use': 'Lale' } })
  expect(entries).toHaveLength(1)
  expect(JSON.stringify(entries)).not.toContain('Lale')
})

test('the entry is durable before the first byte of the answer', async () => {
  const { app, recorder } = await world()
  const order: string[] = []
  recorder.record = async () => {
    await new Promise(resolve => setTimeout(resolve, 20))
    order.push('durable')
  }
  app.get('/cases', { config: { access: read } }, async () => ({ name: 'Lale' }))
  app.addHook('onResponse', async () => void order.push('answered'))
  await app.inject({ url: '/cases', headers: forAssistance })
  expect(order).toEqual(['durable', 'answered'])
})

test('who hangs up before the answer is on the record all the same', async () => {
  const { app, entries } = await world()
  const reached = Promise.withResolvers<void>()
  const hungUp = Promise.withResolvers<void>()
  app.get('/cases/:id', { config: { access: read } }, async request => {
    request.raw.once('close', hungUp.resolve)
    reached.resolve()
    await hungUp.promise
    return { name: 'Lale' }
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const caller = new AbortController()
  const asked = fetch(`${url}/cases/${id}`, { headers: forAssistance, signal: caller.signal })
  await reached.promise
  caller.abort()
  await expect(asked).rejects.toThrow()
  await expect.poll(() => entries).toMatchObject([{ subjects: [anna, bora], client: { ip: '127.0.0.1' } }])
  await app.close()
})

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown
const tagged: Handler = (_request, reply) => {
  reply.header('etag', '"1"')
  return { name: 'Lale' }
}

test.each<[string, Handler, Record<string, string>]>([
  ['a success', tagged, forAssistance],
  ['text', () => 'Lale', forAssistance],
  ['a stream', () => Readable.from(['Lale']), forAssistance],
  ['a refusal of the handler', () => Promise.reject(new Problem('not-found')), forAssistance],
  ['a refused token', () => 'Lale', {}],
])('while entries cannot be written %s becomes a 503 that tells nothing', async (_what, handler, headers) => {
  const { app, recorder } = await world()
  recorder.record = () => Promise.reject(new Problem('audit-unavailable'))
  app.get('/cases', { config: { access: read } }, async (request, reply) => handler(request, reply))
  const answer = await app.inject({ url: '/cases', headers })
  expect([answer.statusCode, answer.json().code, answer.headers.etag]).toEqual([503, 'audit-unavailable', undefined])
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(answer.body).not.toContain('Lale')
})

test('a record that breaks in an unknown way lets nothing out either', async () => {
  const { app, recorder } = await world()
  recorder.record = () => Promise.reject(new Error('surprise'))
  app.get('/cases', { config: { access: read } }, async () => 'Lale')
  const answer = await app.inject({ url: '/cases', headers: forAssistance })
  expect([answer.statusCode, answer.body.includes('Lale')]).toEqual([503, false])
})

test('a failure that took its time is answered within 2 s, though its entry hangs', async () => {
  const { app, recorder } = await world()
  recorder.record = () => new Promise(() => {})
  app.get('/cases', { config: { access: read } }, async () => {
    await new Promise(resolve => setTimeout(resolve, 1_000))
    throw new Problem('unavailable')
  })
  const began = performance.now()
  const answer = await app.inject({ url: '/cases', headers: forAssistance })
  expect([answer.statusCode, performance.now() - began < 2_500]).toEqual([503, true])
})

test('a full backlog refuses before anything is done', async () => {
  const { app, recorder } = await world()
  let isReached = false
  recorder.check = () => {
    throw new Problem('audit-unavailable')
  }
  recorder.record = () => Promise.reject(new Problem('audit-unavailable'))
  app.get('/cases', { config: { access: read } }, async () => {
    isReached = true
  })
  const answer = await app.inject({ url: '/cases', headers: forAssistance })
  expect([answer.statusCode, answer.json().code, isReached]).toEqual([503, 'audit-unavailable', false])
})

test('a route that cannot say whom it showed does not answer', async () => {
  const { app, entries } = await world()
  const subjects = (): never => {
    throw new Error('nobody was named')
  }
  app.get('/cases', { config: { access: { ...read, subjects } } }, async () => ({ name: 'Lale' }))
  app.get('/text', { config: { access: { ...read, subjects } } }, async () => 'Lale')
  for (const url of ['/cases', '/text']) {
    const answer = await app.inject({ url, headers: forAssistance })
    expect([answer.statusCode >= 500, answer.body.includes('Lale')]).toEqual([true, false])
  }
  expect(entries.every(({ outcome }) => outcome === 'failure')).toBe(true)
})

test('the entry of an effect goes into its transaction and is not written twice', async () => {
  const { app, entries } = await world()
  const taken: AuditEntry[] = []
  app.post('/events', { config: { access: { action: 'event.post', subjects: 'none' } } }, async request => {
    taken.push(JSON.parse(Buffer.from(request.entry({ resultCount: 3, subjects: [anna] })).toString()))
    request.entered()
    if (request.headers.fail) throw new Problem('conflict')
    return {}
  })
  const headers = { authorization: 'Bearer partner' }
  await app.inject({ method: 'POST', url: '/events', headers })
  expect(taken).toMatchObject([{ outcome: 'success', resultCount: 3, subjects: [anna], purpose: 'assistance' }])
  expect(entries).toEqual([])
  await app.inject({ method: 'POST', url: '/events', headers: { ...headers, fail: 'yes' } })
  expect(entries).toMatchObject([{ outcome: 'failure', reason: 'conflict' }])
})

test('an open route has no entry, an address without a route neither', async () => {
  const { app, entries } = await world()
  app.get('/open', { config: { access: { open: 'documentation' } } }, async () => 'ok')
  await app.inject('/open')
  await app.inject('/nowhere')
  expect(entries).toEqual([])
})

test.each([
  ['no JSON', 'application/json', '{', 400],
  ['another type', 'text/csv', 'a,b', 415],
  ['too long', 'application/json', JSON.stringify('x'.repeat(2_000_000)), 413],
])('a body that is %s is refused without an entry', async (_what, type, payload, status) => {
  const { app, entries } = await world()
  app.post('/events', { config: { access: { action: 'event.post', subjects: 'none' } } }, async () => ({}))
  const headers = { authorization: 'Bearer partner', 'content-type': type }
  const answer = await app.inject({ method: 'POST', url: '/events', headers, payload })
  expect([answer.statusCode, entries]).toEqual([status, []])
})

test('of the refusals of a limiter only the first is entered', async () => {
  const app = fastify({ genReqId: () => '0198a0b0-0000-4000-8000-000000000001' })
  const entries: unknown[] = []
  const recorder = { check() {}, record: async (given: readonly Uint8Array[]) => void entries.push(...given) }
  const handler = problemHandler()
  app.setErrorHandler(handler.onError)
  let isFirst = true
  app.addHook('onRequest', async request => {
    if (isFirst) noteFirstRefusal(request)
    isFirst = false
    throw new Problem('too-many-requests')
  })
  await app.register(access, { service: 'intake', recorder, verifier, actions })
  app.get('/cases', { config: { access: read } }, async () => ({}))
  for (let n = 0; n < 3; n++) await app.inject({ url: '/cases', headers: forAssistance })
  expect(entries).toHaveLength(1)
})
