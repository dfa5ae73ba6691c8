import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

test('shows whom and what one actor looked at and was refused, and nobody else', async () => {
  const actor = (id: string) => ({ actor: { id, type: 'person', roles: ['caseworker'] } })
  await world.enter(
    'intake/1',
    actor('one'),
    actor('two'),
    { ...actor('one'), outcome: 'denied' },
    { actor: { type: 'unknown' } },
  )
  const indexesOf = async (url: string) =>
    (await world.request(url))
      .json()
      .items.map(({ index }: { index: string }) => index)
      .sort()
  expect(await indexesOf('/actors/one/entries')).toEqual(['0', '2'])
  expect(await indexesOf('/actors/one/entries?filter=outcome:denied')).toEqual(['2'])
  expect(await indexesOf('/actors/nobody/entries')).toEqual([])
})
