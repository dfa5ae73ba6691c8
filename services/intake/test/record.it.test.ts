import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { elsewhere, submitted, withdrawn } from './fixtures.ts'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const surrogates = async () =>
  (await world.deps.store.auditSurrogate.findMany()).map(({ surrogate }) => surrogate).sort()

describe('a look', () => {
  test('at a list names everyone on that page and nobody else', async () => {
    for (let n = 0; n < 5; n++) await world.refer()
    const everybody = await surrogates()
    const pages = await world.record.during(async () => {
      const { next } = (await world.request('GET', '/referrals?limit=3')).json()
      await world.request('GET', `/referrals?limit=3&cursor=${next}`)
    })
    expect(pages.map(({ subjects, resultCount }) => [subjects.length, resultCount])).toEqual([
      [3, 3],
      [2, 2],
    ])
    expect(pages.flatMap(({ subjects }) => subjects).sort()).toEqual(everybody)
  })

  test('at a referral names who it may be the same person as', async () => {
    const person = { firstName: 'Deniz', secondName: 'Ornek', birthdate: '1990-01-01' }
    const { id } = await world.refer({ data: { person } })
    await world.refer({ data: { person } })
    const [read] = await world.record.during(() => world.request('GET', `/referrals/${id}`))
    expect([...(read?.subjects ?? [])].sort()).toEqual(await surrogates())
    expect(read?.fields).toContain('identityNumber')
  })

  test('of a stranger is entered without saying whether there is anything', async () => {
    const { id } = await world.refer()
    const [refused] = await world.record.during(() => world.request('GET', `/referrals/${id}`, { org: elsewhere }))
    expect(refused).toMatchObject({ outcome: 'denied', reason: 'not-found', actor: { org: elsewhere }, subjects: [] })
  })
})

describe('a decision', () => {
  test('is entered once, with its purpose and the version that it made', async () => {
    const { id } = await world.refer()
    const entries = await world.record.during(() =>
      world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' }),
    )
    expect(entries).toMatchObject([
      { action: 'referral.accept', outcome: 'success', purpose: 'assistance', resource: { id, version: 3 } },
    ])
    expect([entries.length, entries[0]?.subjects]).toEqual([1, await surrogates()])
  })

  test('that is refused by a rule is entered as a failure', async () => {
    const { id } = await world.refer()
    const entries = await world.record.during(() =>
      world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"1"' }),
    )
    expect(entries).toMatchObject([{ outcome: 'failure', reason: 'precondition-failed' }])
  })
})

describe('what a partner sent', () => {
  test("is opened under the consumer's own name, with the person whom it made", async () => {
    const entries = await world.record.during(() => world.refer())
    expect(entries).toMatchObject([
      {
        action: 'inbound.apply',
        outcome: 'success',
        actor: { id: 'system:intake.inbound', type: 'system' },
        onBehalfOf: { type: 'organisation', id: 'Partner of Tests' },
        purpose: 'assistance',
        cause: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resource: { type: 'referral', id: expect.any(String) },
      },
    ])
    expect(entries[0]?.subjects).toEqual(await surrogates())
  })

  test('is entered once however often it comes', async () => {
    const { fact } = await world.refer()
    expect(await world.record.during(() => world.apply(fact))).toEqual([])
  })

  test('names the person whose referral it withdraws', async () => {
    const { reference } = await world.refer()
    const fact = await world.inbound(withdrawn(reference))
    const entries = await world.record.during(() => world.apply(fact))
    expect(entries).toMatchObject([{ action: 'inbound.apply', subjects: await surrogates() }])
  })

  test('and could not be applied is entered with why', async () => {
    const { reference } = await world.refer()
    const again = await world.inbound(submitted({ reference }))
    expect(await world.record.during(() => world.apply(again))).toMatchObject([
      { outcome: 'failure', reason: 'reference-already-used', subjects: [] },
    ])
    const parked = await world.inbound(submitted())
    const park = (cause: string) => world.deps.unitOfWork(work => world.consumer.onParked(parked, cause, work))
    expect(await world.record.during(() => park('behind-parked'))).toEqual([])
    expect(await world.record.during(() => park('effect-failed'))).toMatchObject([
      { outcome: 'failure', reason: 'effect-failed' },
    ])
  })
})

test('nothing that identifies a person, and no token, is in the record', async () => {
  const { id } = await world.refer({ data: { person: { firstName: 'Plantednia', email: 'planted@example.org' } } })
  await world.request('GET', '/referrals?referringOrganisation=Plantednia')
  await world.request('GET', `/referrals/${id}`)
  await world.request('GET', '/referrals/Plantednia')
  await world.request('GET', '/referrals', { purpose: 'Plantednia' })
  const people = await world.deps.store.person.findMany({ select: { id: true } })
  const text = JSON.stringify(await world.record.entries())
  expect(text).not.toMatch(/planted|eyJ/i)
  for (const person of people) expect(text).not.toContain(person.id)
})
