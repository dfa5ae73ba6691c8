import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { partitionOf } from '@haven/contracts'
import { type TestBus, testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { RelayRefused } from '../src/relay/check-streams.ts'
import { openStreams } from '../src/relay/open-streams.ts'
import { effects, emit, isInOrder, readerOf, relayOf, testTopics, thing, things, until } from './harness.ts'
import { stand } from './stand.ts'

const here = stand()

/** Everything that was sent to the partition of key `a`, heads left out. */
async function factsOf(key: string) {
  const records = []
  for await (const record of here.bus.scan(things)) {
    if (record.partition === partitionOf(key, 3) && record.headers['haven-head'] === undefined) records.push(record)
  }
  return records
}

describe('the lease', () => {
  it('one relay leads, another stands by and takes over when the first has gone', async () => {
    const first = relayOf(here.owner, here.bus)
    await first.ready()
    const second = here.start(relayOf(here.owner, here.bus))
    await second.ready()
    expect([first.state().mode, second.state().mode]).toEqual(['leading', 'standby'])
    await first.stop()
    await until('the other leads', () => second.state().mode === 'leading', 5_000)
    await emit(here.owner, [thing('a', 1)])
    second.wake()
    await until('the fact', async () => (await factsOf('a')).length === 1)
  })

  it('a session that PostgreSQL has ended is noticed, and the relay leads anew', async () => {
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    await here.owner.admin.query(`select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory'
      and l.database = (select oid from pg_database where datname = current_database()) and l.pid <> pg_backend_pid()`)
    await emit(here.owner, [thing('a', 1)])
    relay.wake()
    await until('the fact', async () => (await factsOf('a')).length === 1)
    expect(relay.state().mode).toBe('leading')
  })
})

describe('a relay that starts while Kafka cannot answer', () => {
  it('answers who waits for it once it leads, and not before', async () => {
    let failed = 0
    const bus: TestBus = {
      ...here.bus,
      async lastRecord(topic, partition) {
        if (failed++ < 2) throw new Error('no leader yet')
        return here.bus.lastRecord(topic, partition)
      },
    }
    const relay = here.start(relayOf(here.owner, bus))
    await relay.ready()
    expect(relay.state().mode).toBe('leading')
    expect(failed).toBeGreaterThan(2)
  })
})

describe('a relay whose subscription to asks has ended for good', () => {
  /** The run's bus; while `isDeaf`, a subscription ends as soon as it was made. */
  const halfDeaf = (isDeaf: () => boolean): TestBus => ({
    ...here.bus,
    async subscribe(options) {
      if (!isDeaf()) return here.bus.subscribe(options)
      const asks = { ready: async () => {}, seek() {}, position: () => null, stop: async () => {} }
      return { ...asks, onCrash: listener => void setImmediate(() => listener(new Error('not authorised'))) }
    },
  })

  it('says so and begins anew, with a pause between, until it can be asked again', async () => {
    let isDeaf = true
    const log = testLog()
    const relay = here.start(
      relayOf(
        here.owner,
        halfDeaf(() => isDeaf),
        { log },
      ),
    )
    const starts = () => log.lines.filter(line => line.message === 'the relay leads').length
    await until('a second try', () => starts() === 2)
    const since = performance.now()
    await until('a third try', () => starts() === 3)
    expect(performance.now() - since).toBeGreaterThan(450)
    expect(log.lines.find(line => line.message === 'the relay begins anew')?.context).toMatchObject({
      error: 'AsksUnheard',
    })
    isDeaf = false
    await until('it leads for good', () => relay.state().mode === 'leading' && starts() >= 4)
    await emit(here.owner, [thing('a', 1)])
    relay.wake()
    await until('the fact', async () => (await factsOf('a')).length === 1)
  })
})

/** A relay in another process. */
function spawnRelay(hangs: boolean): ChildProcessByStdio<null, Readable, null> {
  const program = new URL('relay-child.ts', import.meta.url).pathname
  const { brokers, prefix } = here.bus
  const settings = JSON.stringify({ url: here.owner.relayUrl, brokers, prefix, hangs })
  return spawn(process.execPath, [program, settings], { stdio: ['ignore', 'pipe', 'ignore'] })
}

describe('a relay that is killed between sending and marking', () => {
  it('leaves nothing lost and nothing applied twice', async () => {
    const child = spawnRelay(true)
    try {
      await emit(
        here.owner,
        [1, 2, 3].map(n => thing('a', n)),
      )
      await once(child.stdout, 'data')
      expect((await here.owner.admin.query('select 1 from stream.sent where sent > 0')).rowCount).toBe(0)
      child.kill('SIGKILL')
      await emit(here.owner, [thing('a', 4)])
      const relay = here.start(relayOf(here.owner, here.bus))
      const consumer = here.start(readerOf(here.reader, here.bus))
      await until('four effects', async () => (await effects(here.reader)).length === 4)
      expect(isInOrder(await effects(here.reader))).toBe(true)
      expect(consumer.state().asks).toBe(0)
      // The start check has found them in Kafka: they are marked and not even sent again.
      expect(relay.state().sent).toBe(1)
      await until(
        'all marked',
        async () => (await here.owner.admin.query('select 1 from stream.sent where sent = 4')).rowCount === 1,
      )
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('a relay that is stopped and wakes again', () => {
  it('has lost its lease after 3 s, and as a zombie it does no harm', async () => {
    const child = spawnRelay(false)
    try {
      await emit(here.owner, [thing('a', 1)])
      await once(child.stdout, 'data')
      child.kill('SIGSTOP')
      const relay = here.start(relayOf(here.owner, here.bus))
      const consumer = here.start(readerOf(here.reader, here.bus))
      await until('the other leads', () => relay.state().mode === 'leading', 10_000)
      for (let n = 2; n <= 20; n++) {
        if (n === 5) child.kill('SIGCONT')
        await emit(here.owner, [thing('a', n), thing('b', n - 1)])
        relay.wake()
        await sleep(20)
      }
      await until('all effects', async () => (await effects(here.reader)).length === 39)
      expect(isInOrder(await effects(here.reader))).toBe(true)
      expect(consumer.state()).toMatchObject({ asks: 0, alarms: 0, parked: 0 })
      expect(relay.state().mode).toBe('leading')
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('a database that is older than what it has sent', () => {
  it('sends nothing and names the remedy, until a new epoch is opened', async () => {
    const relay = relayOf(here.owner, here.bus)
    await relay.ready()
    await emit(
      here.owner,
      [1, 2, 3].map(n => thing('a', n)),
    )
    relay.wake()
    await until('three facts', () => relay.state().sent === 3)
    await relay.stop()
    // The backup from before: the same epoch, no numbers.
    await here.owner.admin.query(
      'truncate stream.numbered; update stream.stream set next = 0; update stream.sent set sent = 0',
    )
    await here.owner.admin.query(
      'delete from stream.fact where version > 1; insert into stream.unsent select id, topic, part from stream.fact',
    )
    const log = testLog()
    const restored = here.start(relayOf(here.owner, here.bus, { log }))
    await expect(restored.ready()).rejects.toThrow(/haven epoch new/)
    await expect(restored.ready()).rejects.toBeInstanceOf(RelayRefused)
    expect(restored.state()).toMatchObject({ mode: 'refused', sent: 0 })
    expect(log.lines.find(line => line.level === 'error')?.message).toMatch(/haven epoch new/)
    expect(await factsOf('a')).toHaveLength(3)
  })

  it('notices another fact at the same number', async () => {
    const relay = relayOf(here.owner, here.bus)
    await relay.ready()
    await emit(here.owner, [thing('a', 1)])
    relay.wake()
    await until('the fact', () => relay.state().sent === 1)
    await relay.stop()
    await here.owner.admin.query("update stream.fact set fact_id = '00000000-0000-7000-8000-00000000dead'")
    const restored = here.start(relayOf(here.owner, here.bus))
    await expect(restored.ready()).rejects.toThrow(/different facts at number 1.*haven epoch new/)
  })
})

describe('what travels', () => {
  it('a fact is a CloudEvent with its number and the id of the fact before it, and a head follows', async () => {
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await emit(here.owner, [{ ...thing('a', 1), traceparent: trace }, thing('a', 2)])
    relay.wake()
    await until('both', async () => (await factsOf('a')).length === 2)
    const [first, second] = await factsOf('a')
    const { epoch } = await openStreams({ pool: here.owner.relay, service: 'streamtest', topics: testTopics })
    expect(first!.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_source: '/services/streamtest',
      ce_type: 'haven.test.thing.happened.v1',
      ce_subject: 'a',
      ce_organisation: 'org-test',
      ce_partitionkey: 'a',
      ce_sequence: '1',
      ce_traceparent: trace,
      'content-type': 'application/json',
      'haven-stream': `streamtest/${epoch}/${things}/${partitionOf('a', 3)}`,
      'haven-seq': '1',
    })
    expect(first!.headers['haven-prev']).toBeUndefined()
    expect(first!.value?.toString()).toBe('{"n":1}')
    expect(second!.headers).toMatchObject({ 'haven-seq': '2', 'haven-prev': first!.headers.ce_id })
    await until(
      'a head',
      async () => (await here.bus.lastRecord(things, partitionOf('a', 3)))?.headers['haven-head'] === '2',
      8_000,
    )
    const head = await here.bus.lastRecord(things, partitionOf('a', 3))
    expect(head?.headers).toMatchObject({ 'haven-head-fact': second!.headers.ce_id, 'haven-head-due': '10000' })
  })

  it('every partition has a head, used or not', async () => {
    here.start(relayOf(here.owner, here.bus))
    await until('heads', async () => {
      const last = await Promise.all([0, 1, 2].map(partition => here.bus.lastRecord(things, partition)))
      return last.every(record => record?.headers['haven-head'] === '0')
    })
  })

  it('what was sealed too long ago, or says nothing, travels as a tombstone', async () => {
    const relay = here.start(relayOf(here.owner, here.bus, { sealedForMs: 30_000 }))
    await relay.ready()
    await emit(here.owner, [
      { ...thing('a', 1), time: new Date(Date.now() - 60_000) },
      thing('a', 2),
      { ...thing('a', 3), data: null },
    ])
    relay.wake()
    await until('three', async () => (await factsOf('a')).length === 3)
    expect((await factsOf('a')).map(record => record.value?.toString() ?? null)).toEqual([null, '{"n":2}', null])
  })

  it('facts that are large together go in bites that Kafka takes', async () => {
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    const large = 'x'.repeat(250_000)
    for (let n = 1; n <= 12; n++) await emit(here.owner, [{ ...thing('a', n), data: { n, large } }])
    relay.wake()
    await until('twelve', () => relay.state().sent === 12)
    expect(relay.state().failures).toBe(0)
    expect((await factsOf('a')).map(record => record.headers['haven-seq'])).toEqual(
      Array.from({ length: 12 }, (_, at) => `${at + 1}`),
    )
  })

  it('a fact whose row is gone leaves a hole that shows', async () => {
    const relay = relayOf(here.owner, here.bus)
    await relay.ready()
    await relay.stop()
    await emit(
      here.owner,
      [1, 2, 3].map(n => thing('a', n)),
    )
    await here.owner.admin.query('delete from stream.fact where version = 2')
    const again = here.start(relayOf(here.owner, here.bus))
    await until('the others', async () => (await factsOf('a')).length === 2)
    expect((await factsOf('a')).map(record => [record.headers['haven-seq'], record.headers['haven-prev']])).toEqual([
      ['1', undefined],
      ['3', undefined],
    ])
    expect(again.state().behind).toBe(0)
  })
})
