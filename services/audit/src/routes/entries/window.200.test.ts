import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

const begun = Date.now()
const clock = { at: begun }
let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit({ now: () => new Date(clock.at) })
})
afterAll(() => world.close())

test('every page looks through the time that the first did, however long its reader takes', async () => {
  const oldest = new Date(begun - 31 * 86_400_000 + 90_000).toISOString()
  await world.enter('intake/1', { occurredAt: new Date(begun).toISOString() }, { occurredAt: oldest })
  const first = (await world.request('/entries?limit=1')).json()
  clock.at += 600_000
  const second = (await world.request(`/entries?limit=1&cursor=${first.next}`)).json()
  const indexes = [...first.items, ...second.items].map(({ index }: { index: string }) => index)
  expect([indexes, second.next]).toEqual([['0', '1'], null])
  expect(second.window).toEqual(first.window)
})
