import { afterAll, beforeAll, expect, test } from 'vitest'
import { here } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('POST /referrals/:id/redirect to the organisation that has it is refused', async () => {
  const { id } = await world.refer()
  const answer = await world.request('POST', `/referrals/${id}/redirect`, { ifMatch: '"2"', body: { to: here } })
  expect([answer.statusCode, answer.json().code]).toEqual([422, 'redirect-to-itself'])
  expect((await world.request('GET', `/referrals/${id}`)).headers.etag).toBe('"2"')
})
