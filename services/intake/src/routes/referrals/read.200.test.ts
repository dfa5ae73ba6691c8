import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { elsewhere, partner, withdrawn } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const read = async (id: string) => {
  const answer = await world.request('GET', `/referrals/${id}`)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

describe('GET /referrals/:id', () => {
  test('shows everything that was referred, with the version as its ETag', async () => {
    const person = { firstName: 'Lale', birthdate: '1996-05-14', identityNumber: 'N1', email: 'lale@invented.example' }
    const { id, reference } = await world.refer({ data: { person } })
    const answer = await world.request('GET', `/referrals/${id}`)
    expect(answer.headers.etag).toBe('"2"')
    expect(answer.json()).toMatchObject({
      id,
      version: 2,
      state: 'acknowledged',
      reference,
      referralReason: 'AdditionalServicesRequired',
      details: 'Asks for a safe place to stay and for legal advice.',
      consent: { given: true, obtainedOn: '2020-03-01' },
      person,
      victim: { traffickingStatus: 'PossibleVictimOfTrafficking', typeOfExploitation: ['ForcedLabour'] },
      possibleDuplicates: [],
    })
  })

  test('tells its history from its facts: state, version, time and reason', async () => {
    const { id, reference } = await world.refer()
    await world.apply(await world.inbound(withdrawn(reference, { reason: 'sentInError', details: 'Wrong person.' })))
    const { history, note, reason, withdrawnAt } = await read(id)
    expect(history).toEqual([
      { state: 'received', version: 1, at: expect.any(String) },
      { state: 'acknowledged', version: 2, at: expect.any(String) },
      { state: 'withdrawn', version: 3, at: withdrawnAt, reason: 'sent-in-error' },
    ])
    expect({ note, reason }).toEqual({ note: 'Wrong person.', reason: 'sent-in-error' })
  })

  test('names possible duplicates within the organisation, with what they have in common', async () => {
    const [one, other] = [
      { firstName: 'Lale', secondName: 'Ornek', birthdate: '1996-05-14', mobilePhone: '+905550000001' },
      { firstName: 'LALE', secondName: 'örnek', birthdate: '1996-05-14', mobilePhone: '+905550000001' },
    ]
    const first = await world.refer({ data: { person: one } })
    const second = await world.refer({ data: { person: other }, partner: partner.replace(/a$/, 'b') })
    const { possibleDuplicates } = await read(first.id)
    expect(possibleDuplicates).toEqual([
      { referral: second.id, person: expect.any(String), kinds: ['mobilePhone', 'nameAndBirthdate'] },
    ])
    expect((await read(second.id)).possibleDuplicates[0].referral).toBe(first.id)
  })

  test('never names a duplicate that another organisation received', async () => {
    const person = { firstName: 'Lale', secondName: 'Ornek', birthdate: '1996-05-14' }
    const { id } = await world.refer({ data: { person } })
    await world.refer({ data: { person }, receiver: elsewhere })
    expect((await read(id)).possibleDuplicates).toEqual([])
    expect((await world.request('GET', '/referrals?possibleDuplicate=true')).json().items).toEqual([])
  })

  test('never names a referral of another organisation, not even when a flag was made wrongly', async () => {
    const { id } = await world.refer()
    const foreign = await world.refer({ receiver: elsewhere })
    const personOf = async (referral: string) =>
      (await world.deps.store.referral.findUniqueOrThrow({ where: { id: referral } })).personId
    const wrong = { personId: await personOf(id), otherId: await personOf(foreign.id), kinds: ['email'] }
    await world.deps.store.possibleDuplicate.create({ data: wrong })
    expect((await read(id)).possibleDuplicates).toEqual([])
  })

  test('can be read by the competent authority, to identify', async () => {
    const { id } = await world.refer()
    const answer = await world.request('GET', `/referrals/${id}`, { as: 'competentAuthority' })
    expect(answer.statusCode).toBe(200)
  })

  test('says of an erased person that they were erased, and keeps what says nothing about them', async () => {
    const { id } = await world.refer()
    const { personId } = await world.deps.store.referral.findUniqueOrThrow({ where: { id } })
    await world.deps.vault.shred(personId)
    const referral = await read(id)
    expect(referral.person).toEqual({ id: personId, erased: true })
    expect(referral).not.toHaveProperty('reference')
    expect(referral.history).toHaveLength(2)
  })
})
