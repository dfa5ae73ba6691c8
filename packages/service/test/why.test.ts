import { expect, test } from 'vitest'
import { asWorker, emptyService, noteService } from './app.ts'

const ask = async (query: string, headers: Record<string, string> = asWorker) => {
  const { app, entries } = await emptyService()
  const answer = await app.inject({ url: `/why?${query}`, headers })
  return { status: answer.statusCode, body: answer.json(), entries }
}

test('a caller learns which rule, role and purpose would let them', async () => {
  const { body } = await ask('action=note.read&purpose=protection')
  expect(body).toEqual({
    action: 'note.read',
    allowed: true,
    role: 'caseworker',
    purpose: 'protection',
    legalBasis: expect.stringContaining('CETS 197'),
    rule: { roles: ['caseworker'], purposes: ['assistance', 'protection'] },
  })
})

test.each([
  ['action=event.post', 'role-not-permitted'],
  ['action=note.read', 'purpose-required'],
  ['action=note.read&purpose=audit', 'purpose-not-permitted'],
])('%s is explained by the code that a request would get', async (query, reason) => {
  expect((await ask(query)).body).toMatchObject({ allowed: false, reason, rule: { roles: expect.any(Array) } })
})

test('an explanation is for who has a token, and is itself recorded', async () => {
  const unknown = await ask('action=note.read', {})
  expect([unknown.status, unknown.entries]).toMatchObject([401, [{ action: 'access.why', outcome: 'denied' }]])
  const { entries } = await ask('action=note.read')
  expect(entries).toMatchObject([{ action: 'access.why', outcome: 'success', actor: { id: 'worker-1' }, subjects: [] }])
})

test('an action of nobody is not there', async () => {
  expect((await ask('action=toString')).status).toBe(404)
})

test('of the requests beyond the limit only the first of a window is entered', async () => {
  const { app, entries } = await noteService({ rateLimit: { max: 1, windowMs: 60_000 } })
  for (let at = 0; at < 4; at++) await app.inject({ url: '/notes/1', headers: asWorker })
  expect(entries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['success', undefined],
    ['failure', 'too-many-requests'],
  ])
})
