import { describe, expect, test } from 'vitest'
import { all, type Buses, busWithTopic, newPrefix, record, send, socketsOf, textOf, until } from './broker.ts'

export function reading(buses: Buses): void {
  describe('reading without a group', () => {
    test('gives the ends of every partition', async () => {
      const bus = await busWithTopic(buses, 3)
      await send(bus, ['a', 'b'], 1)
      expect(await bus.ends('things')).toEqual([
        { partition: 0, low: 0n, high: 0n },
        { partition: 1, low: 0n, high: 2n },
        { partition: 2, low: 0n, high: 0n },
      ])
    })

    test('gives the last record of a partition, whatever batch it came in, and null for an empty one', async () => {
      const bus = await busWithTopic(buses, 2)
      expect(await bus.lastRecord('things', 1)).toBeNull()
      await send(
        bus,
        Array.from({ length: 300 }, (_, i) => `number ${i}`),
        1,
      )
      expect(await bus.lastRecord('things', 1)).toMatchObject({
        topic: 'things',
        partition: 1,
        offset: 299n,
        key: 'key of number 299',
      })
      expect(await bus.lastRecord('things', 0)).toBeNull()
      await expect(bus.lastRecord('things', 2)).rejects.toMatchObject({ code: 'partition-missing' })
      await expect(bus.lastRecord('others', 0)).rejects.toMatchObject({ code: 'topic-missing' })
    })

    test('goes through everything a topic holds, over many answers of the broker', async () => {
      const bus = await busWithTopic(buses, 2)
      const publisher = await bus.connectPublisher()
      const large = Array.from({ length: 30 }, (_, i) => ({ ...record(`${i}`), value: Buffer.alloc(200_000, i) }))
      for (const one of large) await publisher.send([{ topic: 'things', partition: 1, records: [one] }])
      await publisher.send([{ topic: 'things', partition: 0, records: [record('other')] }])
      const records = await all(bus)
      expect(records.map(({ partition, offset }) => [partition, Number(offset)])).toEqual([
        [0, 0],
        ...large.map((_, i) => [1, i]),
      ])
      expect(records.slice(1).every(({ value }, i) => value?.length === 200_000 && value[0] === i)).toBe(true)
    })

    test('many at once are answered over few connections, and a bus that is closed has none', async () => {
      const prefix = newPrefix()
      const writer = buses.make({ prefix })
      await writer.applyTopics([{ name: 'things', partitions: 6, retentionMs: 3_600_000 }])
      for (let partition = 0; partition < 6; partition++) await send(writer, [`in ${partition}`], partition)
      const sockets = await socketsOf(async () => {
        const bus = buses.make({ prefix })
        const partitions = Array.from({ length: 24 }, (_, n) => n % 6)
        const records = await Promise.all(partitions.map(partition => bus.lastRecord('things', partition)))
        expect(records.map(found => found && textOf(found))).toEqual(partitions.map(partition => `in ${partition}`))
        await bus.close()
        await expect(bus.lastRecord('things', 0)).rejects.toMatchObject({ code: 'closed' })
      })
      expect(sockets.length).toBeLessThan(10)
      await until('every connection is ended', () => sockets.every(({ destroyed }) => destroyed))
    })

    test('sees only what has its own prefix', async () => {
      const prefix = newPrefix()
      const [one, same, other] = [buses.make({ prefix }), buses.make({ prefix }), buses.make()]
      await one.applyTopics([{ name: 'things', partitions: 1, retentionMs: 3_600_000 }])
      await send(one, ['mine'])
      expect((await all(same)).map(textOf)).toEqual(['mine'])
      await expect(other.ends('things')).rejects.toMatchObject({ code: 'topic-missing' })
    })
  })
}
