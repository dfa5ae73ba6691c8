import { describe, expect, test } from 'vitest'
import type { Buses } from './broker.ts'

const day = 86_400_000

export function topics(buses: Buses): void {
  describe('applying topics', () => {
    test('creates what is missing, keeps what fits and puts retention right', async () => {
      const bus = buses.make()
      const declared = [
        { name: 'haven.a', partitions: 6, retentionMs: 14 * day },
        { name: 'haven.b', partitions: 1, retentionMs: day },
      ]
      expect(await bus.applyTopics(declared)).toEqual({ created: ['haven.a', 'haven.b'], kept: [], changed: [] })
      expect(await bus.applyTopics(declared)).toEqual({ created: [], kept: ['haven.a', 'haven.b'], changed: [] })
      const longer = declared.map(topic => (topic.name === 'haven.b' ? { ...topic, retentionMs: 2 * day } : topic))
      expect(await bus.applyTopics(longer)).toEqual({ created: [], kept: ['haven.a'], changed: ['haven.b'] })
      expect(await bus.applyTopics(longer)).toMatchObject({ kept: ['haven.a', 'haven.b'] })
      expect(await bus.ends('haven.a')).toHaveLength(6)
    })

    test('never changes a number of partitions, says so with the remedy, and does the rest all the same', async () => {
      const bus = buses.make()
      const topic = { name: 'haven.a', partitions: 2, retentionMs: day }
      await bus.applyTopics([topic])
      for (const partitions of [1, 3]) {
        const applying = bus.applyTopics([
          { ...topic, partitions },
          { ...topic, name: `haven.new-${partitions}` },
        ])
        await expect(applying).rejects.toMatchObject({
          code: 'topics-differ',
          message: expect.stringMatching(`haven.a has 2 partitions instead of ${partitions}.*delete the topic`),
        })
        expect(await bus.ends(`haven.new-${partitions}`)).toHaveLength(2)
      }
      expect(await bus.ends('haven.a')).toHaveLength(2)
    })

    test('may be done by several at once', async () => {
      const bus = buses.make()
      const declared = Array.from({ length: 4 }, (_, i) => ({ name: `haven.t${i}`, partitions: 2, retentionMs: day }))
      const applied = await Promise.all([bus.applyTopics(declared), bus.applyTopics(declared)])
      expect(applied.map(({ created, kept }) => created.length + kept.length)).toEqual([4, 4])
    })
  })
}
