import { afterAll, beforeAll, expect, test } from 'vitest'
import { elsewhere, submitted, withdrawn } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
  const { referral } = submitted().data
  for (const referringOrganisation of ['Lighthouse', 'Harbour House', 'Lighthouse', 'Anchor'])
    await world.refer({ data: { referral: { ...referral, referringOrganisation } } })
  const gone = await world.refer({ data: { referral: { ...referral, referringOrganisation: 'Lighthouse' } } })
  await world.apply(await world.inbound(withdrawn(gone.reference)))
  await world.refer({ receiver: elsewhere })
})
afterAll(() => world.close())

test.each([
  [
    'referringOrganisation',
    [
      { value: 'Lighthouse', count: 3 },
      { value: 'Anchor', count: 1 },
      { value: 'Harbour House', count: 1 },
    ],
  ],
  [
    'state',
    [
      { value: 'acknowledged', count: 4 },
      { value: 'withdrawn', count: 1 },
    ],
  ],
])('GET /referrals/summary counts what the organisation received by %s, most first', async (by, items) => {
  const answer = await world.request('GET', `/referrals/summary?by=${by}`)
  expect(answer.json()).toEqual({ by, items, total: 5 })
})

test('GET /referrals/summary counts nothing of what another organisation received', async () => {
  const answer = await world.request('GET', '/referrals/summary?by=state', { org: 'Third Programme' })
  expect(answer.json()).toEqual({ by: 'state', items: [], total: 0 })
})
