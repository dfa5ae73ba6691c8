import { afterAll, expect, test } from 'vitest'
import { type TestBus, testBus } from './bus.ts'

const buses: TestBus[] = []
afterAll(() => Promise.all(buses.map(bus => bus.close())))

test('two buses of one run do not see each other’s topics', async () => {
  const [one, other] = [testBus(), testBus()]
  buses.push(one, other)
  await one.applyTopics([{ name: 'haven.probe', partitions: 1, retentionMs: 60_000 }])
  expect(await one.ends('haven.probe')).toEqual([{ partition: 0, low: 0n, high: 0n }])
  await expect(other.ends('haven.probe')).rejects.toMatchObject({ code: 'topic-missing' })
})
