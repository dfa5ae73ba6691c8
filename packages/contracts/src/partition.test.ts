import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { murmur2, partitionOf } from './partition.ts'

describe('the partition of a key', () => {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(new TextEncoder().encode(key))).toBe(hash)
  })

  test('is always one of the partitions and the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 10_000 }), (key, partitions) => {
        const partition = partitionOf(key, partitions)
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true)
        expect(partitionOf(key, partitions)).toBe(partition)
      }),
    )
  })

  test('spreads ids over all partitions', () => {
    const counts = Array.from({ length: 6 }, () => 0)
    for (let n = 0; n < 6_000; n++) counts[partitionOf(`id-${n}`, 6)]!++
    expect(Math.min(...counts)).toBeGreaterThan(800)
  })

  test.each([0, -1, 1.5, Number.NaN])('does not exist among %s partitions', partitions => {
    expect(() => partitionOf('key', partitions)).toThrow(RangeError)
  })
})
