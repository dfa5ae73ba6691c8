import { setTimeout as sleep } from 'node:timers/promises'
import type { OutgoingRecord } from '@haven/bus'
import { type TestBus, testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { headerNames } from '../src/wire/envelope.ts'
import { losing } from './broken-bus.ts'
import { effects, emit, isInOrder, readerOf, relayOf, thing, things, until } from './harness.ts'
import { stand } from './stand.ts'

const here = stand()

/** Loses, once, each fact that `isMeant` names. */
function losingOnce(isMeant: (n: number) => boolean) {
  const lost = new Set<string>()
  return losing(here.bus, (record: OutgoingRecord) => {
    const id = record.headers.ce_id
    if (id === undefined || lost.has(id) || !isMeant(Number(record.headers.ce_sequence))) return false
    lost.add(id)
    return true
  })
}

/** A relay on a bus and a consumer that has applied three facts of it; `source` is where they came from. */
async function threeApplied(bus: TestBus) {
  const relay = here.start(relayOf(here.owner, bus))
  const consumer = here.start(readerOf(here.reader, here.bus))
  await relay.ready()
  await emit(
    here.owner,
    [1, 2, 3].map(n => thing('a', n)),
  )
  relay.wake()
  await until('three effects', async () => (await effects(here.reader)).length === 3)
  const { source } = consumer.state().sources.find(one => one.last === '3')!
  return { relay, consumer, source }
}

/** Asks for everything of a source (`service/topic/partition`). */
async function askFor(source: string): Promise<void> {
  const { rows } = await here.owner.admin.query('select epoch from stream.stream limit 1')
  const [service, topic, partition] = source.split('/')
  const stream = `${service}/${rows[0].epoch}/${topic}/${partition}`
  const publisher = await here.bus.connectPublisher()
  const headers = { [headerNames.stream]: stream, [headerNames.from]: '1', [headerNames.by]: 'streamtest.other' }
  await publisher.send([{ topic: 'haven.resend', partition: 0, records: [{ key: stream, headers, value: null }] }])
}

describe('what Kafka has lost', () => {
  it('a hole is asked for and filled, and nothing behind it is applied before', async () => {
    const relay = here.start(
      relayOf(
        here.owner,
        losingOnce(n => n === 2),
      ),
    )
    const consumer = here.start(readerOf(here.reader, here.bus))
    await relay.ready()
    for (let n = 1; n <= 5; n++) await emit(here.owner, [thing('a', n)])
    relay.wake()
    await until('all five', async () => (await effects(here.reader)).length === 5)
    expect((await effects(here.reader)).map(one => one.n)).toEqual([1, 2, 3, 4, 5])
    expect(consumer.state().asks).toBe(1)
    expect(relay.state().asks).toBe(1)
  })

  it('a lost tail is shown by the next head and sent again', async () => {
    const relay = here.start(
      relayOf(
        here.owner,
        losingOnce(n => n >= 3),
      ),
    )
    here.start(readerOf(here.reader, here.bus))
    await relay.ready()
    await emit(
      here.owner,
      [1, 2, 3, 4].map(n => thing('a', n)),
    )
    relay.wake()
    await until('the facts that arrived', async () => (await effects(here.reader)).length === 2)
    await until('the lost ones', async () => (await effects(here.reader)).length === 4, 12_000)
    expect(isInOrder(await effects(here.reader))).toBe(true)
  })

  it('a consumer that starts when Kafka has forgotten everything gets all facts from the owner', async () => {
    const forgetful = losing(here.bus, () => true)
    const first = relayOf(here.owner, forgetful)
    await first.ready()
    await emit(
      here.owner,
      [1, 2, 3].flatMap(n => ['a', 'b', 'c'].map(key => thing(key, n))),
    )
    first.wake()
    await until('everything acknowledged', () => first.state().sent === 9)
    await first.stop()
    here.start(readerOf(here.reader, here.bus))
    here.start(relayOf(here.owner, here.bus))
    await until('all nine', async () => (await effects(here.reader)).length === 9)
    expect(isInOrder(await effects(here.reader))).toBe(true)
  })

  it('what is sent again has no second effect', async () => {
    const { relay, consumer, source } = await threeApplied(here.bus)
    await askFor(source)
    await until('the repetition', () => relay.state().sent === 6)
    await emit(here.owner, [thing('a', 4)])
    relay.wake()
    await until('the fourth', async () => (await effects(here.reader)).length === 4)
    expect((await effects(here.reader)).map(one => one.n)).toEqual([1, 2, 3, 4])
    expect(consumer.state()).toMatchObject({ failures: 0, asks: 0 })
  })
})

describe('an ask that comes while the relay has nobody who leads', () => {
  it('waits and is answered by the next leadership', async () => {
    let isAway = false
    const bus: TestBus = {
      ...here.bus,
      lastRecord: (topic, partition) =>
        isAway ? Promise.reject(new Error('no leader')) : here.bus.lastRecord(topic, partition),
    }
    const { relay, source } = await threeApplied(bus)
    isAway = true
    await here.owner.admin.query(`select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory'
      and l.database = (select oid from pg_database where datname = current_database()) and l.pid <> pg_backend_pid()`)
    await until('nobody leads', () => relay.state().mode === 'waiting')
    await askFor(source)
    // Long enough for the ask to have been read.
    await sleep(1_000)
    isAway = false
    await until('the repetition', () => relay.state().sent === 6)
  })
})

describe('what is no record of a stream', () => {
  it('is passed over with a warning that repeats nothing of it', async () => {
    const log = testLog()
    const consumer = here.start(readerOf(here.reader, here.bus, { log }))
    const publisher = await here.bus.connectPublisher()
    const bad = { key: 'k', headers: {}, value: Buffer.from('{"name":"Elvan Invented"}') }
    await publisher.send([{ topic: things, partition: 0, records: [bad] }])
    await until('the bad record', () => consumer.state().foreign === 1)
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    await emit(here.owner, [thing('a', 1)])
    relay.wake()
    await until('the good fact', async () => (await effects(here.reader)).length === 1)
    const warnings = log.lines.filter(line => line.level === 'warn')
    expect(warnings).toHaveLength(1)
    expect(JSON.stringify(warnings)).not.toContain('Elvan')
  })
})
