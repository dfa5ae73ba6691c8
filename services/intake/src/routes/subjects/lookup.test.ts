import type { ReferralSubmitted } from '@haven/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { elsewhere } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const person: ReferralSubmitted['person'] = {
  firstName: 'Nilufer',
  secondName: 'Ornek',
  birthdate: '1994-02-03',
  identityNumber: 'U 0123-4567',
  email: 'nilufer@example.org',
}
const officer = { as: 'dataProtectionOfficer', purpose: 'dataSubjectRequest' } as const
const lookUp = (body: unknown, options = {}) =>
  world.request('POST', '/subjects/lookup', { ...officer, body, ...options })

test('a person leads to the entries that name them, and to nobody else', async () => {
  const { id } = await world.refer({ data: { person } })
  await world.refer()
  const [read] = await world.record.during(() => world.request('GET', `/referrals/${id}`))
  const { items } = (await lookUp({ identityNumber: 'u01234567' })).json()
  expect(items).toEqual([{ person: expect.any(String), surrogate: read?.subjects[0], kinds: ['identityNumber'] }])
})

test('is found by a name with a birthdate, and not by a name alone', async () => {
  await world.refer({ data: { person } })
  const name = { firstName: 'NILÜFER', secondName: 'örnek' }
  expect((await lookUp({ ...name, birthdate: person.birthdate })).json().items).toHaveLength(1)
  expect((await lookUp(name)).json().items).toEqual([])
})

test('the lookup is itself on the record, with whom it found and without what was searched for', async () => {
  await world.refer({ data: { person } })
  const entries = await world.record.during(() =>
    lookUp({ email: person.email, identityNumber: person.identityNumber }),
  )
  expect(entries).toMatchObject([
    {
      action: 'subject.lookup',
      outcome: 'success',
      purpose: 'dataSubjectRequest',
      subjects: [expect.any(String)],
      resultCount: 1,
    },
  ])
  expect(JSON.stringify(entries)).not.toMatch(/nilufer|0123/i)
})

test('people of another organisation do not exist', async () => {
  await world.refer({ data: { person } })
  expect((await lookUp({ email: person.email }, { org: elsewhere })).json()).toEqual({ items: [] })
})

test('after erasure a person has no name in the record any more', async () => {
  await world.refer({ data: { person } })
  await world.deps.store.auditSurrogate.deleteMany()
  const entries = await world.record.during(async () => {
    const { items } = (await lookUp({ email: person.email })).json()
    expect(items).toEqual([{ person: expect.any(String), kinds: ['email'] }])
  })
  expect(entries).toMatchObject([{ subjects: [] }])
})

describe('refuses', () => {
  test.each([
    ['a case worker', { as: 'caseworker' }, 403, 'role-not-permitted'],
    ['an auditor', { as: 'auditor' }, 403, 'role-not-permitted'],
    ['a purpose of another kind', { purpose: 'audit' }, 403, 'purpose-not-permitted'],
    ['no purpose', { purpose: '' }, 400, 'purpose-required'],
  ])('%s', async (_who, options, status, code) => {
    const answer = await lookUp({ email: 'nobody@example.org' }, options)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })

  test.each([
    ['nothing to go by', {}],
    ['a field that it does not know', { surname: 'Ornek' }],
  ])('%s', async (_what, body) => {
    expect((await lookUp(body)).statusCode).toBe(422)
  })
})
