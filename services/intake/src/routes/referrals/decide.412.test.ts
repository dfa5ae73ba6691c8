import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

const decisions = [
  ['accept', undefined],
  ['reject', { reason: 'no-capacity' }],
  ['redirect', { to: 'Third Programme' }],
] as const
const stale = ['"1"', '"3"', 'W/"2"', '2', '"2", "3"', '"02"', '"2', '"9999999999999"']

test.each(decisions)(
  'POST /referrals/:id/%s changes nothing for an ETag that is not the present one',
  async (action, body) => {
    const { id } = await world.refer()
    for (const ifMatch of stale) {
      const answer = await world.request('POST', `/referrals/${id}/${action}`, { ifMatch, body })
      expect([ifMatch, answer.statusCode, answer.json().code]).toEqual([ifMatch, 412, 'precondition-failed'])
    }
    expect((await world.request('GET', `/referrals/${id}`)).headers.etag).toBe('"2"')
  },
)
