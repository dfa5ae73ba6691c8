import { afterAll, beforeAll, expect, test } from 'vitest'
import { elsewhere } from '../../../test/fixtures.ts'
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
])(
  'POST /referrals/:id/%s of what another organisation received finds nothing, whatever version is named',
  async (action, body) => {
    const { id } = await world.refer()
    for (const ifMatch of ['"2"', '"1"']) {
      const answer = await world.request('POST', `/referrals/${id}/${action}`, { org: elsewhere, ifMatch, body })
      expect(answer.statusCode).toBe(404)
    }
    expect((await world.request('GET', `/referrals/${id}`)).json().state).toBe('acknowledged')
  },
)
