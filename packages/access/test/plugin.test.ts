import type { Principal } from '@haven/auth'
import { Problem, problemHandler } from '@haven/problem'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { type Attempt, access, defineActions } from '../src/index.ts'

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
  'referral.list': { resource: 'referral', class: 'data-access', roles: ['caseworker'], purposes: ['assistance'] },
  'event.post': { resource: 'event', class: 'data-access', roles: ['partner'], purposes: 'credential' },
})

// Tokens are their own names here; how they are verified is @haven/auth's.
const verifier = {
  async verify(token: string): Promise<Principal> {
    if (token === 'gone') throw new Problem('identity-provider-unreachable')
    if (token === 'broken') throw new Error('not a problem of ours')
    if (token !== 'worker') throw new Problem('token-invalid')
    return worker
  },
}

async function service(onDecision?: (attempt: Attempt) => void): Promise<FastifyInstance> {
  const recorder = { check() {}, async record() {} }
  const app = fastify()
  const handler = problemHandler()
  app.setErrorHandler(handler.onError)
  app.setNotFoundHandler(handler.onNotFound)
  await app.register(access, { service: 'intake', recorder, verifier, actions, ...(onDecision ? { onDecision } : {}) })
  return app
}

const listing = { config: { access: { action: 'referral.list', subjects: 'none' } } } as const
const asWorker = { authorization: 'Bearer worker' }
const forAssistance = { ...asWorker, 'purpose-of-use': 'assistance' }

test.each<[string, object | undefined, RegExp]>([
  ['declares no access', undefined, /GET \/it declares no access/],
  ['names an unknown action', { action: 'referral.lsit' }, /unknown action 'referral\.lsit'/],
  ['names what every object has', { action: 'toString' }, /unknown action 'toString'/],
  ['is open without a reason', { open: ' ' }, /open without saying why/],
  ['is both open and not', { action: 'referral.list', open: 'why not' }, /exactly one of action and open/],
  ['has a setting that nobody reads', { action: 'referral.list', purpose: 'assistance' }, /nothing else/],
  ['is empty', {}, /exactly one of/],
  ['shows people and does not say whom', { action: 'referral.list' }, /does not say whom it shows/],
  ['is open and yet names subjects', { open: 'why not', subjects: 'none' }, /nothing else/],
])('a service with a route that %s does not start', async (_name, declared, message) => {
  const app = await service()
  expect(() => app.get('/it', { config: declared ? { access: declared as never } : {} }, async () => 'ok')).toThrow(
    message,
  )
})

test('a route in a nested plugin is checked as well', async () => {
  const app = await service()
  app.register(async scope => {
    scope.get('/nested', async () => 'ok')
  })
  await expect(app.ready()).rejects.toThrow(/GET \/nested declares no access/)
})

test('a granted request knows who asks, in which role and for what', async () => {
  const app = await service()
  app.get('/referrals', listing, async request => request.access)
  const answer = await app.inject({ url: '/referrals', headers: forAssistance })
  expect(answer.json()).toEqual({
    principal: worker,
    action: 'referral.list',
    role: 'caseworker',
    purpose: 'assistance',
  })
})

test.each<[string, Record<string, string>, number, string]>([
  ['no token', {}, 401, 'token-missing'],
  ['another scheme', { authorization: 'Basic d29ya2Vy' }, 401, 'token-missing'],
  ['a scheme alone', { authorization: 'Bearer ' }, 401, 'token-missing'],
  ['a token with a space', { authorization: 'Bearer wor ker' }, 401, 'token-missing'],
  ['a refused token', { authorization: 'Bearer other' }, 401, 'token-invalid'],
  ['no purpose', asWorker, 400, 'purpose-required'],
  ['two purposes', { ...asWorker, 'purpose-of-use': 'assistance, audit' }, 400, 'purpose-unknown'],
  ['a purpose of others', { ...asWorker, 'purpose-of-use': 'audit' }, 403, 'purpose-not-permitted'],
  ['a provider that is gone', { authorization: 'Bearer gone' }, 503, 'identity-provider-unreachable'],
  ['a verifier that breaks', { authorization: 'Bearer broken' }, 500, 'internal-error'],
])('with %s the handler is never reached, nor is a body read', async (_name, headers, status, code) => {
  const app = await service()
  let reached = false
  app.addHook('preParsing', async () => {
    reached = true
  })
  app.post('/referrals', listing, async () => {
    reached = true
  })
  const answer = await app.inject({ method: 'POST', url: '/referrals', headers, payload: { a: 1 } })
  expect([answer.statusCode, answer.json().code, reached]).toEqual([status, code, false])
})

test.each<[string, string, Record<string, string>, RegExp]>([
  ['/events', 'its role', asWorker, /the role partner:/],
  ['/referrals', 'the purposes', asWorker, /header Purpose-Of-Use; here you may name assistance\.$/],
  ['/referrals', 'the purposes', { ...asWorker, 'purpose-of-use': 'audit' }, /you may name assistance\.$/],
])('who is refused at %s is told %s that would do', async (url, _what, headers, detail) => {
  const app = await service()
  app.get('/referrals', listing, async () => 'ok')
  app.get('/events', { config: { access: { action: 'event.post', subjects: 'none' } } }, async () => 'ok')
  expect((await app.inject({ url, headers })).json().detail).toMatch(detail)
})

test('the scheme is read whatever its case', async () => {
  const app = await service()
  app.get('/referrals', listing, async () => 'ok')
  expect(
    (await app.inject({ url: '/referrals', headers: { ...forAssistance, authorization: 'bearer worker' } })).statusCode,
  ).toBe(200)
})

test('a role for another action is refused there', async () => {
  const app = await service()
  app.post('/events', { config: { access: { action: 'event.post', subjects: 'none' } } }, async () => 'ok')
  const answer = await app.inject({ method: 'POST', url: '/events', headers: asWorker })
  expect(answer.json()).toMatchObject({ status: 403, code: 'role-not-permitted' })
})

test('HEAD is judged like the GET that it mirrors', async () => {
  const app = await service()
  app.get('/referrals', listing, async () => 'ok')
  expect((await app.inject({ method: 'HEAD', url: '/referrals' })).statusCode).toBe(401)
  expect((await app.inject({ method: 'HEAD', url: '/referrals', headers: forAssistance })).statusCode).toBe(200)
})

test('an open route asks nobody, and its handler cannot mistake that for a grant', async () => {
  const app = await service()
  app.get('/docs', { config: { access: { open: 'documentation' } } }, async () => 'ok')
  app.get('/wrong', { config: { access: { open: 'documentation' } } }, async request => request.access.principal)
  expect((await app.inject('/docs')).statusCode).toBe(200)
  expect((await app.inject('/wrong')).statusCode).toBe(500)
})

test('an address without a route is the same 404 with and without a token', async () => {
  const app = await service()
  const answers = await Promise.all([app.inject('/nowhere'), app.inject({ url: '/nowhere', headers: forAssistance })])
  const bodies = answers.map(answer => ({ ...answer.json(), instance: undefined }))
  expect(answers.map(answer => answer.statusCode)).toEqual([404, 404])
  expect(bodies[0]).toEqual(bodies[1])
})

test('every attempt passes one place before its answer, refused tokens too, and open routes do not', async () => {
  const attempts: Attempt[] = []
  const app = await service(attempt => void attempts.push(attempt))
  app.get('/referrals', listing, async () => 'ok')
  app.get('/open', { config: { access: { open: 'documentation' } } }, async () => 'ok')
  for (const headers of [forAssistance, asWorker, {}, { authorization: 'Bearer gone' }])
    await app.inject({ url: '/referrals', headers })
  await app.inject('/open')
  expect(attempts).toEqual([
    {
      outcome: 'success',
      action: 'referral.list',
      access: { principal: worker, action: 'referral.list', role: 'caseworker', purpose: 'assistance' },
    },
    { outcome: 'denied', action: 'referral.list', reason: 'purpose-required', principal: worker },
    { outcome: 'denied', action: 'referral.list', reason: 'token-missing' },
    { outcome: 'failure', action: 'referral.list', reason: 'identity-provider-unreachable' },
  ])
})

test('when that place refuses, nothing is granted', async () => {
  const app = await service(() => {
    throw new Problem('unavailable')
  })
  app.get('/referrals', listing, async () => 'personal data')
  const answer = await app.inject({ url: '/referrals', headers: forAssistance })
  expect([answer.statusCode, answer.body.includes('personal')]).toEqual([503, false])
})
