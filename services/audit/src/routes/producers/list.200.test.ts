import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'
import { chainOf } from '../../../test/leaves.ts'
import { messageOf } from '../../../test/ledger.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

test('shows each producer, how far its chain is checked, and who is silent or behind', async () => {
  const [chain, ahead] = [chainOf(3), chainOf(2, {}, 'gateway/7')]
  await world.store(chain)
  await world.listen(world.sequencer, 60_000)
  await world.sequencer.submit([messageOf(ahead.slice(0, 1)), { ...messageOf(ahead), leaves: [] }])
  const { items, completeness } = (await world.request('/producers')).json()
  expect(items).toMatchObject([
    { producer: 'gateway/7', seq: '1', headSeq: '2', silentSince: null },
    {
      producer: 'intake/1',
      seq: '3',
      headSeq: '3',
      hash: Buffer.from(chain[2]!.hash).toString('base64'),
      silentSince: new Date(world.clock.at).toISOString(),
    },
  ])
  expect(completeness).toMatchObject({ producers: 2, silent: 1, behind: 1 })
  expect(completeness.line).toBe(
    `4 entries, no gap; 2 producers, 1 silent, 1 behind; heard until ${completeness.heardUntil}.`,
  )
})
