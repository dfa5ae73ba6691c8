import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test.each([
  ['accept', undefined],
  ['reject', { reason: 'no-capacity' }],
  ['redirect', { to: 'Third Programme' }],
])('POST /referrals/:id/%s must name the version it is about; * names none', async (action, body) => {
  const { id } = await world.refer()
  for (const options of [{}, { ifMatch: '*' }, { ifMatch: '' }]) {
    const answer = await world.request('POST', `/referrals/${id}/${action}`, { ...options, body })
    expect([answer.statusCode, answer.json().code]).toEqual([428, 'precondition-required'])
  }
  expect((await world.request('GET', `/referrals/${id}`)).json().state).toBe('acknowledged')
})
