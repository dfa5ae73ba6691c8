import { describe, expect, test } from 'vitest'
import { type Buses, busWithTopic, collect, send, textOf, until } from './broker.ts'

export function sharing(buses: Buses): void {
  describe.concurrent('members of one group', () => {
    test('share the partitions, and one that stops hands its own over at once', async () => {
      const bus = await busWithTopic(buses, 4)
      const [one, two] = await Promise.all([collect(bus, 'g'), collect(bus, 'g')])
      const has = ({ subscription }: typeof one) =>
        [0, 1, 2, 3].filter(p => subscription.position('things', p) !== null)
      await until('an even share', () => has(one).length === 2 && has(two).length === 2, 15_000)
      for (const partition of [0, 1, 2, 3]) await send(bus, [`first ${partition}`], partition)
      await until('every record', () => one.got.length + two.got.length === 4)
      expect([one.got.length, two.got.length]).toEqual([2, 2])
      await one.subscription.stop()
      const stopped = performance.now()
      await until('the other has all', () => has(two).length === 4)
      expect(performance.now() - stopped).toBeLessThan(5000)
      await send(bus, ['second'], has(one)[0] ?? 0)
      await until('the record', () => two.got.includes('second'))
    })

    test('keep their partitions through work that is longer than the session, as long as they give a heartbeat', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['slow'])
      const got: string[] = []
      const subscription = await bus.subscribe({
        group: 'g',
        topics: ['things'],
        async onBatch(records, { heartbeat, commit, isRunning }) {
          for (let i = 0; i < 8; i++) {
            await new Promise(resolve => setTimeout(resolve, 1000))
            await heartbeat()
          }
          expect(isRunning()).toBe(true)
          await commit(records.at(-1)!.offset + 1n)
          got.push(...records.map(textOf))
        },
      })
      await until('the slow work', () => got.length === 1, 20_000)
      await subscription.stop()
      const next = await collect(bus, 'g')
      expect(next.subscription.position('things', 0)).toBe(1n)
      expect(got).toEqual(['slow'])
    })

    test('that were silent for longer learn by their commit that the partition is another’s', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['stuck'])
      const failed = Promise.withResolvers<unknown>()
      let running: boolean | undefined
      let attempts = 0
      await bus.subscribe({
        group: 'g',
        topics: ['things'],
        async onBatch(records, { commit, isRunning }) {
          attempts++
          if (attempts > 1) return
          await new Promise(resolve => setTimeout(resolve, 9000))
          await commit(records.at(-1)!.offset + 1n).catch(failed.resolve)
          running = isRunning()
        },
      })
      await expect(failed.promise).resolves.toBeInstanceOf(Error)
      await until('the batch again, in a new membership', () => attempts === 2)
      expect(running).toBe(false)
    })

    test('stop soon, also while joining waits for a member that has fallen silent', async () => {
      const bus = await busWithTopic(buses)
      await send(bus, ['stuck'])
      const stuck = Promise.withResolvers<void>()
      let isStuck = false
      await bus.subscribe({
        group: 'g',
        topics: ['things'],
        onBatch() {
          isStuck = true
          return stuck.promise
        },
      })
      await until('a member without a heartbeat', () => isStuck)
      const joining = await bus.subscribe({ group: 'g', topics: ['things'], onBatch: async () => {} })
      await new Promise(resolve => setTimeout(resolve, 500))
      const started = performance.now()
      await joining.stop()
      expect(performance.now() - started).toBeLessThan(4000)
      await joining.ready()
      stuck.resolve()
    })
  })
}
