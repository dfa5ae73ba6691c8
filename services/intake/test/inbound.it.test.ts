import { randomUUIDv7 } from 'node:crypto'
import { schemaFor } from '@haven/contracts'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { partner, received, submitted, withdrawn } from './fixtures.ts'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const answerOf = async (receipt: unknown) => {
  const facts = (await world.facts()).filter(fact => fact.key === receipt && fact.topic === 'haven.intake.inbound')
  return facts.map(({ type, data }) => [type.split('.').at(-2), data.reason].filter(Boolean).join(' '))
}

describe('a submission', () => {
  test('becomes a referral that is received, acknowledged and answered, in one transaction', async () => {
    const { id, version, receipt } = await world.refer()
    expect(version).toBe(2)
    expect((await world.facts()).map(({ type, data }) => [type, data])).toEqual([
      ['haven.intake.referral.received.v1', { referral: id, state: 'received', receipt }],
      ['haven.intake.referral.acknowledged.v1', { referral: id, state: 'acknowledged', receipt }],
      ['haven.intake.inbound.applied.v1', { receipt, referral: id }],
    ])
  })

  test('says facts that fit their contracts and carry the organisation of who submitted', async () => {
    await world.refer()
    for (const { type, data, organisation } of await world.facts()) {
      expect(Value.Errors(schemaFor(type)!, data)).toEqual([])
      expect(organisation).toBe('Partner of Tests')
    }
  })

  test('that comes again, by whatever way, changes nothing', async () => {
    const { fact } = await world.refer()
    const [facts, people, keys] = [await world.facts(), await world.count('person'), await world.keyCount()]
    await world.apply(fact)
    await world.apply({ ...fact, stream: 'gateway/2/haven.partner.inbound/3', seq: 9n })
    await world.deps.unitOfWork(work => world.consumer.onParked(fact, 'effect-failed', work))
    await world.deps.unitOfWork(work => world.consumer.onDropped(fact, work))
    expect(await world.facts()).toEqual(facts)
    expect([await world.count('person'), await world.keyCount()]).toEqual([people, keys])
  })

  test('under a reference that the partner has used is rejected, and the first referral stays as it was', async () => {
    const first = await world.refer()
    const again = await world.inbound(submitted({ reference: first.reference }))
    await world.apply(again)
    expect(await answerOf(again.data?.receipt)).toEqual(['rejected reference-already-used'])
    expect(await world.count('referral')).toBe(1)
    expect(await world.count('person')).toBe(1)
  })

  test('under a reference that another partner uses is another referral', async () => {
    const first = await world.refer()
    await world.refer({ data: { reference: first.reference }, partner: randomUUIDv7() })
    expect(await world.count('referral')).toBe(2)
  })

  test('makes no second key when its first attempt was rolled back', async () => {
    const fact = await world.inbound(submitted())
    const broken = world.deps.unitOfWork(async work => {
      await world.consumer.effect(fact, work)
      throw new Error('the process ends here')
    })
    await expect(broken).rejects.toThrow('the process ends here')
    expect([await world.count('referral'), await world.keyCount()]).toEqual([0, 1])
    await world.apply(fact)
    expect([await world.count('referral'), await world.keyCount()]).toEqual([1, 1])
  })

  test('with members that this version does not know is applied without them', async () => {
    const event = submitted()
    const ahead = { ...event, data: { ...event.data, later: 'x', person: { ...event.data.person, shoeSize: 38 } } }
    const fact = await world.inbound(ahead)
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['applied'])
  })
})

describe('a withdrawal', () => {
  test('ends a referral that nobody has decided, and tells reason and receipt of the submission', async () => {
    const { id, receipt, reference } = await world.refer()
    const fact = await world.inbound(withdrawn(reference, { details: 'Found a place with relatives.' }))
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['applied'])
    const told = (await world.facts()).find(({ type }) => type === 'haven.intake.referral.withdrawn.v1')
    expect(told?.data).toEqual({ referral: id, state: 'withdrawn', receipt, reason: 'person-withdrew' })
    expect(Value.Errors(schemaFor(told!.type)!, told!.data)).toEqual([])
  })

  test('of an unknown reference is rejected', async () => {
    const fact = await world.inbound(withdrawn('nobody knows it'))
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['rejected referral-unknown'])
  })

  test("of another partner's reference is rejected as unknown: that partner's referrals are no business of theirs", async () => {
    const { reference } = await world.refer()
    const fact = await world.inbound(withdrawn(reference), { partner: randomUUIDv7() })
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['rejected referral-unknown'])
  })

  test('of a decided referral is rejected', async () => {
    const { id, reference } = await world.refer()
    await world.request('POST', `/referrals/${id}/reject`, { ifMatch: '"2"', body: { reason: 'no-capacity' } })
    const fact = await world.inbound(withdrawn(reference))
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['rejected referral-already-decided'])
  })

  test('of a withdrawn referral is rejected', async () => {
    const { reference } = await world.refer()
    await world.apply(await world.inbound(withdrawn(reference)))
    const again = await world.inbound(withdrawn(reference))
    await world.apply(again)
    expect(await answerOf(again.data?.receipt)).toEqual(['rejected referral-already-withdrawn'])
  })
})

describe('what cannot be applied', () => {
  test('is held when parked, told once, and ends when it is redriven', async () => {
    const fact = await world.inbound(submitted())
    const park = () => world.deps.unitOfWork(work => world.consumer.onParked(fact, 'ciphertext-invalid', work))
    await park()
    await park()
    expect(await answerOf(fact.data?.receipt)).toEqual(['held'])
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['held', 'applied'])
  })

  test('is rejected when an operator drops it, and stays so', async () => {
    const fact = await world.inbound(submitted())
    await world.deps.unitOfWork(work => world.consumer.onParked(fact, 'ciphertext-invalid', work))
    await world.deps.unitOfWork(work => world.consumer.onDropped(fact, work))
    await world.apply(fact)
    expect(await answerOf(fact.data?.receipt)).toEqual(['held', 'rejected dropped'])
    expect(await world.count('referral')).toBe(0)
  })

  test('a tombstone that was never applied ends its receipt; one that was changes nothing', async () => {
    const never = received({})
    await world.apply(never)
    expect(await answerOf(never.subject)).toEqual(['rejected content-expired'])
    const { fact, receipt } = await world.refer()
    await world.apply({ ...fact, data: null })
    expect(await answerOf(receipt)).toEqual(['applied'])
  })

  test('without a receipt anybody could be told of, nobody is told', async () => {
    const fact = received({ subject: 'not an id', data: { partner } })
    await world.deps.unitOfWork(work => world.consumer.onParked(fact, 'inbound-invalid', work))
    expect(await world.facts()).toEqual([])
  })
})
