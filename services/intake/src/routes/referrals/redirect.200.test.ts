import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('POST /referrals/:id/redirect keeps where to and note; neither leaves in clear', async () => {
  const { id, receipt } = await world.refer()
  const body = { to: 'Third Programme', note: 'They have an interpreter.' }
  const answer = await world.request('POST', `/referrals/${id}/redirect`, { ifMatch: '"2"', body })
  expect([answer.statusCode, answer.json()]).toEqual([200, { id, version: 3, state: 'redirected' }])
  const referral = (await world.request('GET', `/referrals/${id}`)).json()
  expect(referral).toMatchObject({ state: 'redirected', redirectedTo: body.to, note: body.note })
  expect((await world.facts()).at(-1)?.data).toEqual({ referral: id, state: 'redirected', receipt })
})
