import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
let isFull = false
beforeAll(async () => {
  world = await intake({ relay: { backlog: () => ({ rows: 0, oldestMs: 0, full: isFull }) } })
})
afterAll(() => world.close())

test('decisions are refused while too much waits to be sent on, reads go on, and the answer says when to come back', async () => {
  const { id } = await world.refer()
  isFull = true
  const answer = await world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' })
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'backlog-full'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect((await world.request('GET', `/referrals/${id}`)).statusCode).toBe(200)
})
