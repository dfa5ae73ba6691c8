import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('POST /referrals/:id/reject keeps reason and note, tells the partner the reason alone, and opens no case', async () => {
  const { id, receipt } = await world.refer()
  const note = 'Lale asked us not to call her brother.'
  const body = { reason: 'outside-mandate', note }
  const answer = await world.request('POST', `/referrals/${id}/reject`, { ifMatch: '"2"', sub: 'worker-7', body })
  expect([answer.statusCode, answer.headers.etag]).toEqual([200, '"3"'])
  expect(answer.json()).toEqual({ id, version: 3, state: 'rejected' })
  const referral = (await world.request('GET', `/referrals/${id}`)).json()
  expect(referral).toMatchObject({ state: 'rejected', reason: 'outside-mandate', note, decidedBy: 'worker-7' })
  const told = (await world.facts()).at(-1)
  expect(told?.data).toEqual({ referral: id, state: 'rejected', receipt, reason: 'outside-mandate' })
  expect(await world.count('case')).toBe(0)
})
