import type { BusRecord } from '@haven/bus'
import { testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { Follower, type Pulse, type Seen } from '../src/consumer/follower.ts'
import { noCounts } from '../src/consumer/options.ts'
import { sourceOf } from '../src/consumer/source.ts'
import { type Clock, systemClock } from '../src/types.ts'
import { readEnvelope } from '../src/wire/envelope.ts'
import { headRecord } from '../src/wire/records.ts'
import {
  effects,
  emit,
  insertEffect,
  isInOrder,
  readerOf,
  relayOf,
  type TestTx,
  testTopics,
  thing,
  things,
  unitOfWorkOn,
  until,
} from './harness.ts'
import { stand } from './stand.ts'

const here = stand()
const pulse: Pulse = { isRunning: () => true, pause: ms => new Promise(resolve => setTimeout(resolve, ms)) }
const stream = (epoch: bigint) => ({ service: 'streamtest', epoch, topic: things, partition: 0 })

function record(epoch: bigint, seq: number, options: { id?: number; prev?: number | null } = {}): [Seen, BusRecord] {
  const idOf = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
  const prev = options.prev === undefined ? seq - 1 : options.prev
  const made: BusRecord = {
    topic: things,
    partition: 0,
    offset: 0n,
    timestamp: new Date(0),
    key: 'a',
    value: Buffer.from(JSON.stringify({ n: seq })),
    headers: {
      'haven-stream': `streamtest/${epoch}/${things}/0`,
      'haven-seq': String(seq),
      ...(prev ? { 'haven-prev': idOf(prev) } : {}),
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: idOf(options.id ?? seq),
      ce_source: '/services/streamtest',
      ce_type: 'haven.test.thing.happened.v1',
      ce_subject: 'a',
      ce_organisation: 'org',
      ce_time: '2026-01-01T00:00:00.000Z',
    },
  }
  return [readEnvelope(made) as Seen, made]
}

/** A member of the reader's group, driven by hand. */
function member(options: { beforeWork?: () => Promise<void>; clock?: Clock } = {}) {
  const counters = noCounts()
  const log = testLog()
  const inner = unitOfWorkOn(here.reader.app)
  const follower = new Follower<TestTx>(
    sourceOf('reader', stream(1n)),
    {
      service: 'streamtest',
      name: 'reader',
      bus: here.bus,
      topics: [things],
      pool: here.reader.app,
      unitOfWork: async fn => {
        await options.beforeWork?.()
        return inner(fn)
      },
      effect: (fact, work) => insertEffect(work.tx, fact),
      log,
      clock: options.clock ?? systemClock,
    },
    counters,
  )
  const take = ([seen, made]: [Seen, BusRecord]) => follower.take(seen, made, pulse)
  return { follower, counters, log, take }
}

describe('a place', () => {
  it('is moved by one of two members that have the same event in work', async () => {
    const gate = Promise.withResolvers<void>()
    const zombie = member({ beforeWork: () => gate.promise })
    const successor = member()
    const late = zombie.take(record(1n, 1))
    await until('the zombie is in work', () => zombie.follower.place !== null)
    await successor.take(record(1n, 1))
    await successor.take(record(1n, 2))
    gate.resolve()
    await late
    expect(await effects(here.reader)).toMatchObject([{ n: 1 }, { n: 2 }])
    expect(zombie.counters).toMatchObject({ applied: 0, failures: 1 })
    expect(zombie.follower.place?.last).toBe(2n)
  })

  it('that another member has moved meanwhile is looked up before anybody asks for what is not missing', async () => {
    const away = member()
    const meanwhile = member()
    await away.take(record(1n, 1))
    for (const seq of [2, 3]) await meanwhile.take(record(1n, seq))
    expect(await away.take(record(1n, 4))).toBeNull()
    expect(away.counters).toMatchObject({ applied: 2, failures: 0 })
    expect((await effects(here.reader)).map(one => one.n)).toEqual([1, 2, 3, 4])
  })

  it('that another member has healed is not asked for again', async () => {
    let now = 0
    const asking = member({ clock: { now: () => now } })
    const healing = member()
    await asking.take(record(1n, 1))
    expect(await asking.take(record(1n, 3))).toEqual({ askFrom: 2n })
    now += 15_000
    expect(await asking.follower.askAgain()).toEqual({ askFrom: 2n })
    for (const seq of [2, 3]) await healing.take(record(1n, seq))
    now += 30_000
    expect(await asking.follower.askAgain()).toBeNull()
    expect(asking.follower).toMatchObject({ asking: null, place: { last: 3n } })
  })

  it('survives the loss of the group’s offsets: what is read again has no effect', async () => {
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    const first = readerOf(here.reader, here.bus)
    await emit(
      here.owner,
      [1, 2, 3].flatMap(n => ['a', 'b'].map(key => thing(key, n))),
    )
    relay.wake()
    await until('six effects', async () => (await effects(here.reader)).length === 6)
    await first.stop()
    // Another group's name is a group without offsets; places are kept under the consumer's.
    const second = here.start(readerOf(here.reader, here.bus, { service: 'renamed' }))
    await emit(here.owner, [thing('a', 4)])
    relay.wake()
    await until('the seventh', async () => (await effects(here.reader)).length === 7)
    expect(isInOrder(await effects(here.reader))).toBe(true)
    expect(second.state()).toMatchObject({ applied: 1, failures: 0, asks: 0 })
    expect(testTopics[0]?.partitions).toBe(3)
  })
})

describe('an owner that contradicts itself', () => {
  it('by a predecessor that does not fit: the stream is stopped with an alarm', async () => {
    const { take, follower, log, counters } = member()
    await take(record(1n, 1))
    await take(record(1n, 2, { prev: 99 }))
    await take(record(1n, 2))
    expect(await effects(here.reader)).toMatchObject([{ n: 1 }])
    expect(follower.stopped).toBe('prev-does-not-fit')
    expect(counters.alarms).toBe(1)
    expect(log.lines.filter(line => line.level === 'error')).toHaveLength(1)
  })

  it('by a head with another fact at the place: the stream is stopped until a new epoch', async () => {
    const { take, follower } = member()
    await take(record(1n, 1))
    const head = {
      ...headRecord(stream(1n), 1n, '00000000-0000-7000-8000-00000000dead', 5_000),
      topic: things,
      partition: 0,
    }
    const made = { ...head, offset: 0n, timestamp: new Date(0) }
    await take([readEnvelope(made) as Seen, made])
    expect(follower.stopped).toBe('other-fact-at-place')
    await take(record(2n, 1, { id: 50 }))
    expect(follower.stopped).toBeNull()
    expect(follower.place).toMatchObject({ epoch: 2n, last: 1n })
  })
})

describe('a new epoch', () => {
  it('begins at 0 with an alarm that names the old place, and the old one is never applied again', async () => {
    const { take, log, counters, follower } = member()
    const zombie = member()
    await take(record(1n, 1))
    await zombie.take(record(1n, 1))
    expect(await take(record(2n, 2, { id: 52, prev: 51 }))).toEqual({ askFrom: 1n })
    await take(record(2n, 1, { id: 51, prev: null }))
    await take(record(1n, 2))
    // Another member that still believes in the old epoch is refused by the place itself.
    await zombie.take(record(1n, 2))
    expect((await effects(here.reader)).map(one => one.n)).toEqual([1, 1])
    expect(follower.place).toMatchObject({ epoch: 2n, last: 1n })
    expect(zombie.follower.place).toMatchObject({ epoch: 2n, last: 1n })
    expect(counters.alarms).toBe(1)
    expect(log.lines.find(line => line.level === 'error')?.context).toMatchObject({ oldEpoch: '1', oldLast: '1' })
  })
})
