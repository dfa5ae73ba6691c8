import { describe, expect, test } from 'vitest'
import type { BusRecord } from '../../src/index.ts'
import { type Buses, busWithTopic, collect, send, textOf, until } from './broker.ts'

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export function subscribing(buses: Buses): void {
  describe('subscribing', () => {
    test('a new group begins at the beginning, one that wants only what is new at the end', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['old'])
      const everything = await collect(bus, 'all')
      const news: string[] = []
      const later = await bus.subscribe({
        group: 'news',
        topics: ['things'],
        fromBeginning: false,
        onBatch: async records => void news.push(...records.map(textOf)),
      })
      await later.ready()
      expect(later.position('things', 0)).toBe(1n)
      await wait(300)
      await send(bus, ['new'])
      await until('both read', () => everything.got.length === 2 && news.length === 1)
      expect({ all: everything.got, news }).toEqual({ all: ['old', 'new'], news: ['new'] })
    })

    test('goes on after the last commit: what was not committed comes again', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['a', 'b', 'c'])
      const seen: string[] = []
      const first = await bus.subscribe({
        group: 'g',
        topics: ['things'],
        async onBatch(records, { commit }) {
          seen.push(...records.map(textOf))
          await commit(1n)
        },
      })
      await until('all three', () => seen.length === 3)
      await first.stop()
      const second = await collect(bus, 'g')
      expect(second.subscription.position('things', 0)).toBeOneOf([1n, 3n])
      await until('the rest', () => second.got.length === 2)
      expect(second.got).toEqual(['b', 'c'])
      await until('the place after them', () => second.subscription.position('things', 0) === 3n)
    })

    test('partitions are worked on side by side, each in its order', async () => {
      const bus = await busWithTopic(buses, 2)
      await send(bus, ['a0', 'a1'], 0)
      await send(bus, ['b0', 'b1'], 1)
      const order: string[] = []
      const inWork = new Set<number>()
      const both = Promise.withResolvers<void>()
      await bus.subscribe({
        group: 'g',
        topics: ['things'],
        async onBatch(records) {
          expect(new Set(records.map(({ partition }) => partition)).size).toBe(1)
          inWork.add(records[0]!.partition)
          if (inWork.size === 2) both.resolve()
          await both.promise
          order.push(...records.map(textOf))
        },
      })
      await until('both partitions', () => order.length === 4)
      expect(order.filter(text => text.startsWith('a'))).toEqual(['a0', 'a1'])
      expect(order.filter(text => text.startsWith('b'))).toEqual(['b0', 'b1'])
    })

    test('a batch whose handler throws comes again, and the log tells neither its message nor a record', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['secret'])
      let attempts = 0
      const linesBefore = buses.lines.length
      await bus.subscribe({
        group: 'g',
        topics: ['things'],
        async onBatch(records) {
          attempts++
          if (attempts < 3) throw new TypeError(`cannot read ${records.map(textOf)}`)
        },
      })
      await until('three attempts', () => attempts === 3)
      await wait(400)
      expect(attempts).toBe(3)
      const lines = buses.lines.slice(linesBefore)
      expect(lines).toContainEqual(
        expect.objectContaining({ level: 'error', context: expect.objectContaining({ error: 'TypeError' }) }),
      )
      expect(JSON.stringify(lines)).not.toContain('secret')
    })

    test('can be sought to any place, also in the middle of a batch, without a commit', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['a', 'b', 'c'])
      const got: string[] = []
      const stale: boolean[] = []
      const subscription = await bus.subscribe({
        group: 'g',
        topics: ['things'],
        async onBatch(records: BusRecord[], { isRunning }) {
          got.push(...records.map(textOf))
          if (got.length === 3) subscription.seek('things', 0, 1n)
          stale.push(!isRunning())
        },
      })
      await until('the second reading', () => got.length === 5)
      expect(got).toEqual(['a', 'b', 'c', 'b', 'c'])
      expect(stale).toEqual([true, false])
      subscription.seek('things', 0, 2n)
      await until('the third reading', () => got.length === 6)
      expect(got.at(-1)).toBe('c')
      subscription.seek('things', 7, 0n)
      expect(subscription.position('things', 7)).toBeNull()
    })

    test('a place beyond the end of the log, after its tail was lost, is one to begin again from', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['a'])
      const first = await bus.subscribe({ group: 'g', topics: ['things'], onBatch: (_, { commit }) => commit(100n) })
      await until('the commit', () => first.position('things', 0) === 1n)
      await first.stop()
      const { got, subscription } = await collect(bus, 'g')
      await until('a second reading', () => got.length > 0)
      expect(got).toEqual(['a'])
      await send(bus, ['b'])
      await until('the next', () => got.length === 2)
      await until('the place after it', () => subscription.position('things', 0) === 2n)
    })

    test('a topic that does not exist is waited for, and the remedy is said', async () => {
      const bus = buses.make()
      const got: string[] = []
      const onBatch = async (records: BusRecord[]) => void got.push(...records.map(textOf))
      const subscription = await bus.subscribe({ group: 'g', topics: ['things'], onBatch })
      const missing = { code: 'topic-missing', message: expect.stringContaining('haven topics apply') }
      await expect.poll(() => bus.ping().catch(error => error), { timeout: 10_000 }).toMatchObject(missing)
      await expect(subscription.ready()).rejects.toMatchObject(missing)
      await bus.applyTopics([{ name: 'things', partitions: 1, retentionMs: 3_600_000 }])
      await send(bus, ['a'])
      await until('what is in the new topic', () => got.length > 0)
      await bus.ping()
    })
  })
}
