import type { BatchControl, Bus, BusRecord, SubscribeOptions } from '@haven/bus'
import { accessTopics } from '@haven/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Message } from '../src/domain/message.ts'
import { SequencerLeader } from '../src/sequencer/leader.ts'
import { noCounts } from '../src/sequencer/sequencer.ts'
import { chainOf } from './leaves.ts'
import { ledger, messageOf } from './ledger.ts'

let world: Awaited<ReturnType<typeof ledger>>
beforeEach(async () => {
  world = await ledger()
})
afterEach(() => world.close())

/** A leader whose fetches the test hands it; `places` is what its group remembers. */
async function leading() {
  const messages = new Map<bigint, Message>()
  const places: bigint[] = []
  let isRunning = true
  const joined = Promise.withResolvers<Pick<SubscribeOptions, 'onBatch'>>()
  const subscription = {
    ...{ ready: async () => undefined, stop: async () => undefined, position: () => null },
    ...{ seek: () => undefined, onCrash: () => undefined },
  }
  const bus = {
    subscribe: async (options: SubscribeOptions) => {
      joined.resolve(options)
      return subscription
    },
    ends: async () => [],
  } as Partial<Bus> as Bus
  const { pool, log, clock, own } = world
  const options = { ...{ pool, log, clock, own, bus }, gapAfterMs: 30_000, giveUpAfterMs: 86_400_000 }
  const read = ({ offset }: BusRecord) => messages.get(offset) ?? { refused: 'no-stream' }
  const lease = { alive: () => true, release: async () => undefined, run: () => Promise.reject(new Error('not asked')) }
  const leader = new SequencerLeader({ ...options, read }, lease, noCounts())
  const ended = leader.lead(() => undefined)
  const { onBatch } = await joined.promise
  const control: BatchControl = {
    heartbeat: async () => undefined,
    commit: async next => void places.push(next),
    isRunning: () => isRunning,
  }
  return {
    places,
    /** What was fetched so far is another member's, or is sought elsewhere. */
    moveAway(): void {
      isRunning = false
    },
    /** Hands it one fetch of one record; one without a message is passed over. */
    fetch(offset: bigint, message?: Message): Promise<void> {
      if (message) messages.set(offset, message)
      const record = { topic: accessTopics[0]!, partition: 0, offset, key: null, headers: {}, value: null }
      return onBatch([{ ...record, timestamp: new Date() }], control)
    },
    async stop(): Promise<void> {
      leader.stop()
      await ended
    },
  }
}

/** Keeps batches from being stored, once they are sent, until it is called. */
async function held(): Promise<() => Promise<unknown>> {
  await world.admin.query('begin; lock table ledger.link in share mode')
  return () => world.admin.query('rollback')
}

test('what Kafka brings is read while other entries are stored, a bounded number of them, and is behind the place only when it is in the log', async () => {
  const leaves = chainOf(4_700)
  const leader = await leading()
  const letGo = await held()
  await leader.fetch(0n, messageOf(leaves.slice(0, 100)))
  await expect.poll(() => world.blocked(), { timeout: 10_000 }).toBe(true)
  await leader.fetch(1n, messageOf(leaves.slice(100, 4_400)))
  let isRead = false
  const third = leader.fetch(2n, messageOf(leaves.slice(4_400))).then(() => {
    isRead = true
  })
  await new Promise(resolve => setTimeout(resolve, 300))
  expect([isRead, leader.places]).toEqual([false, []])
  await letGo()
  await third
  await expect.poll(() => leader.places, { timeout: 10_000 }).toEqual([1n, 2n, 3n])
  expect(await world.leaves()).toHaveLength(4_700)
  await leader.stop()
})

test('messages without an entry wait in a bounded number too', async () => {
  const leaves = chainOf(1)
  const leader = await leading()
  const letGo = await held()
  await leader.fetch(0n, messageOf(leaves))
  await expect.poll(() => world.blocked(), { timeout: 10_000 }).toBe(true)
  const head = messageOf([], leaves[0]!)
  for (let offset = 1n; offset <= 4_096n; offset++) await leader.fetch(offset, head)
  let isRead = false
  const next = leader.fetch(4_097n, head).then(() => {
    isRead = true
  })
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(isRead).toBe(false)
  await letGo()
  await next
  await leader.stop()
})

test('a place that is no longer this leader’s is not moved', async () => {
  const leader = await leading()
  await leader.fetch(0n, messageOf(chainOf(1)))
  await expect.poll(() => leader.places, { timeout: 10_000 }).toEqual([1n])
  const letGo = await held()
  await leader.fetch(1n, messageOf(chainOf(1, {}, 'gateway/1')))
  await expect.poll(() => world.blocked(), { timeout: 10_000 }).toBe(true)
  leader.moveAway()
  await letGo()
  await expect.poll(async () => (await world.leaves()).length, { timeout: 10_000 }).toBe(2)
  await leader.stop()
  expect(leader.places).toEqual([1n])
})

test('what was read and not stored when a leader ends comes again from Kafka', async () => {
  const leader = await leading()
  const letGo = await held()
  await leader.fetch(0n, messageOf(chainOf(3)))
  await expect.poll(() => world.blocked(), { timeout: 10_000 }).toBe(true)
  await leader.fetch(1n, messageOf(chainOf(3, {}, 'gateway/1')))
  await leader.fetch(2n)
  const stopped = leader.stop()
  await letGo()
  await stopped
  expect(leader.places).toEqual([1n])
  expect(await world.leaves()).toHaveLength(3)
})
