import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { submitted, withdrawn } from './fixtures.ts'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const rounds = 10

describe('at the same time', () => {
  test('of several who accept one wins, the others learn that they were late, and one case is open', async () => {
    for (let round = 0; round < rounds; round++) {
      await world.wipe()
      const { id } = await world.refer()
      const workers = ['worker-1', 'worker-2', 'worker-3']
      const answers = await Promise.all(
        workers.map(sub => world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"', sub })),
      )
      expect(answers.map(answer => answer.statusCode).sort()).toEqual([200, 412, 412])
      const winner = workers[answers.findIndex(answer => answer.statusCode === 200)]
      const [opened, ...others] = await world.deps.store.case.findMany()
      expect([opened?.owner, others]).toEqual([winner, []])
      expect((await world.facts()).filter(({ type }) => type === 'haven.intake.case.opened.v1')).toHaveLength(1)
    }
  })

  test('accepting and rejecting have one outcome, and history tells the same one', async () => {
    for (let round = 0; round < rounds; round++) {
      const { id } = await world.refer()
      const answers = await Promise.all([
        world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' }),
        world.request('POST', `/referrals/${id}/reject`, { ifMatch: '"2"', body: { reason: 'other' } }),
      ])
      expect(answers.map(answer => answer.statusCode).sort()).toEqual([200, 412])
      const { state, history } = (await world.request('GET', `/referrals/${id}`)).json()
      const won = answers.find(answer => answer.statusCode === 200)?.json().state
      expect([state, history.at(-1).state, history.length]).toEqual([won, won, 3])
    }
  })

  test('withdrawing and accepting have exactly one outcome: who comes second is told so', async () => {
    for (let round = 0; round < rounds; round++) {
      await world.wipe()
      const { id, reference } = await world.refer()
      const withdrawal = await world.inbound(withdrawn(reference))
      const accept = () => world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' })
      const both = round % 2 === 0 ? [accept(), world.apply(withdrawal)] : [world.apply(withdrawal), accept()]
      await Promise.all(both)
      const { state } = (await world.request('GET', `/referrals/${id}`)).json()
      const inbound = await world.deps.store.inbound.findUniqueOrThrow({ where: { fact: withdrawal.id } })
      const cases = await world.count('case')
      if (state === 'accepted')
        expect([inbound.answer, inbound.reason, cases]).toEqual(['rejected', 'referral-already-decided', 1])
      else expect([state, inbound.answer, inbound.reason, cases]).toEqual(['withdrawn', 'applied', null, 0])
    }
  })

  test('one event applied by two consumers makes one referral', async () => {
    const fact = await world.inbound(submitted())
    const tries = await Promise.allSettled([world.apply(fact), world.apply(fact), world.apply(fact)])
    // Who loses is refused by a constraint; the stream tries again and then finds the answer.
    expect(tries.some(({ status }) => status === 'fulfilled')).toBe(true)
    await world.apply(fact)
    expect([await world.count('referral'), await world.count('person'), await world.keyCount()]).toEqual([1, 1, 1])
    expect(await world.facts()).toHaveLength(3)
  })

  test('two records of one person that arrive together are flagged, both ways round', async () => {
    for (let round = 0; round < rounds; round++) {
      await world.wipe()
      const person = { firstName: 'Mira', secondName: 'Ornek', birthdate: '1990-01-02', email: 'mira@invented.example' }
      await Promise.all([world.refer({ data: { person } }), world.refer({ data: { person } })])
      const flags = await world.deps.store.possibleDuplicate.findMany()
      expect(flags.map(({ kinds }) => kinds)).toEqual([
        ['email', 'nameAndBirthdate'],
        ['email', 'nameAndBirthdate'],
      ])
    }
  })
})
