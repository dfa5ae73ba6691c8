import { describe, expect, test } from 'vitest'
import { type Buses, record } from './broker.ts'

const day = 86_400_000

export function topics(buses: Buses): void {
  describe('applying topics', () => {
    test('creates what is missing, keeps what fits and puts retention right', async () => {
      const bus = buses.make()
      const declared = [
        { name: 'haven.a', partitions: 6, retentionMs: 14 * day },
        { name: 'haven.b', partitions: 1, retentionMs: day },
      ]
      const nothing = { created: [], recreated: [], kept: [], changed: [] }
      expect(await bus.applyTopics(declared)).toEqual({ ...nothing, created: ['haven.a', 'haven.b'] })
      expect(await bus.applyTopics(declared)).toEqual({ ...nothing, kept: ['haven.a', 'haven.b'] })
      const longer = declared.map(topic => (topic.name === 'haven.b' ? { ...topic, retentionMs: 2 * day } : topic))
      expect(await bus.applyTopics(longer)).toEqual({ ...nothing, kept: ['haven.a'], changed: ['haven.b'] })
      expect(await bus.applyTopics(longer)).toMatchObject({ kept: ['haven.a', 'haven.b'] })
      expect(await bus.ends('haven.a')).toHaveLength(6)
      const a = { ...declared[0]!, cleanupPolicy: 'delete' }
      expect(await bus.describeTopics(['haven.a', 'haven.none'])).toEqual([a])
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

    test('makes a topic anew that may be recreated, once, and touches none that fits', async () => {
      const bus = buses.make()
      const declared = ['haven.a', 'haven.b'].map(name => ({ name, partitions: 1, retentionMs: day }))
      await bus.applyTopics([{ ...declared[0]!, partitions: 3 }, declared[1]!])
      const publisher = await bus.connectPublisher()
      await publisher.send(declared.map(({ name }) => ({ topic: name, partition: 0, records: [record('x')] })))
      const both = declared.map(({ name }) => name)
      expect(await bus.applyTopics(declared, both)).toMatchObject({ recreated: ['haven.a'], kept: ['haven.b'] })
      expect(await bus.ends('haven.a')).toEqual([{ partition: 0, low: 0n, high: 0n }])
      expect(await bus.lastRecord('haven.b', 0)).not.toBeNull()
      expect(await bus.applyTopics(declared, both)).toMatchObject({ recreated: [], kept: both })
    })

    test('may be done by several at once', async () => {
      const bus = buses.make()
      const declared = Array.from({ length: 4 }, (_, i) => ({ name: `haven.t${i}`, partitions: 2, retentionMs: day }))
      const applied = await Promise.all([bus.applyTopics(declared), bus.applyTopics(declared)])
      expect(applied.map(({ created, kept }) => created.length + kept.length)).toEqual([4, 4])
    })
  })
}
