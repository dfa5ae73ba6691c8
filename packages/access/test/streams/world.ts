import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Principal } from '@haven/auth'
import { AuditEntry } from '@haven/contracts'
import { Problem, problemHandler } from '@haven/problem'
import fastify from 'fastify'
import { Value } from 'typebox/value'
import { access, defineActions } from '../../src/index.ts'

const worker: Principal = {
  kind: 'person',
  subject: 'worker-1',
  clientId: 'console',
  organisation: 'org-1',
  roles: ['caseworker'],
  demo: false,
  tokenId: 'token-1',
}

const actions = defineActions({
  'case.list': { resource: 'case', class: 'data-access', roles: ['caseworker'], purposes: ['assistance'] },
})

/** What an entry of this world's routes is. */
export const granted = { authorization: 'Bearer worker', 'purpose-of-use': 'assistance' }

/** A service on a port of this machine, with a record that a test can break and a token that it can end. */
export async function streamWorld() {
  const entries: AuditEntry[] = []
  const state = {
    entries,
    isExpired: false,
    /** Called before an entry is kept. */
    onRecord: async (_entry: AuditEntry): Promise<void> => undefined,
  }
  const recorder = {
    check() {},
    async record(given: readonly Uint8Array[]) {
      for (const bytes of given) {
        const entry = JSON.parse(Buffer.from(bytes).toString())
        if (!Value.Check(AuditEntry, entry)) throw new TypeError('an entry does not fit its schema')
        await state.onRecord(entry)
        entries.push(entry)
      }
    },
  }
  const verifier = {
    async verify(): Promise<Principal> {
      if (state.isExpired) throw new Problem('token-invalid')
      return worker
    },
  }
  const app = fastify({ genReqId: () => crypto.randomUUID() })
  const { onError, onNotFound } = problemHandler()
  app.setErrorHandler(onError)
  app.setNotFoundHandler(onNotFound)
  await app.register(access, { service: 'intake', recorder, verifier, actions, judgeEveryMs: 50 })
  return {
    app,
    state,
    entries,
    /** Listens, and gives back how to ask. */
    async listen() {
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      return (path: string, method = 'GET') => ask(port, path, method)
    },
  }
}

function ask(port: number, path: string, method: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, method, headers: granted, agent: false }, resolve)
      .on('error', reject)
      .end()
  })
}

/** All that is sent, and whether it came to its end. */
export async function readAll(answer: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  let text = ''
  try {
    for await (const piece of answer) text += String(piece)
  } catch {
    return { text, isWhole: false }
  }
  return { text, isWhole: answer.complete }
}
