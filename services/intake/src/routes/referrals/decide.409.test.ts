import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withdrawn } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const decisions = [
  ['accept', undefined],
  ['reject', { reason: 'no-capacity' }],
  ['redirect', { to: 'Third Programme' }],
] as const
const pairs = decisions.flatMap(first => decisions.map(second => [second[0], first[0], second[1], first[1]] as const))

test.each(pairs)(
  'POST /referrals/:id/%s is refused after %s with the present version: a decision stands',
  async (second, first, body, before) => {
    const { id } = await world.refer()
    const done = await world.request('POST', `/referrals/${id}/${first}`, { ifMatch: '"2"', body: before })
    expect(done.statusCode, done.body).toBe(200)
    const answer = await world.request('POST', `/referrals/${id}/${second}`, { ifMatch: '"3"', body })
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'referral-already-decided'])
    expect((await world.request('GET', `/referrals/${id}`)).json()).toMatchObject({
      version: 3,
      state: done.json().state,
    })
    expect(await world.count('case')).toBe(first === 'accept' ? 1 : 0)
  },
)

test.each(decisions)('POST /referrals/:id/%s of a withdrawn referral is refused as withdrawn', async (action, body) => {
  const { id, reference } = await world.refer()
  await world.apply(await world.inbound(withdrawn(reference)))
  const answer = await world.request('POST', `/referrals/${id}/${action}`, { ifMatch: '"3"', body })
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'referral-already-withdrawn'])
})
