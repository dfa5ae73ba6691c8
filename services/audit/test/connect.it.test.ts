import { join } from 'node:path'
import { createRecorder, frameEntries, splitFrames, startChainRelay } from '@haven/access'
import type { BusRecord } from '@haven/bus'
import { accessTopicOf, accessTopics, entryBytes, topics } from '@haven/contracts'
import { createPool } from '@haven/db'
import { createLogger } from '@haven/telemetry'
import { type TestBus, type TestDatabase, type TestWorld, testBus, testDatabase, testWorld } from '@haven/testkit'
import { readSigningKey } from '@haven/vault'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../src/app.ts'
import { type Config, Config as Schema } from '../src/config.ts'
import { connect } from '../src/connect.ts'
import { entryOf } from './leaves.ts'

const log = createLogger({ service: 'audit', level: 'silent' })
let world: TestWorld
beforeAll(async () => {
  world = await testWorld('audit')
})
afterAll(() => world.end())

const configFor = (database: TestDatabase): Config => ({
  ...world.settings(database),
  HAVEN_READER_DATABASE_URL: database.reader,
  HAVEN_ALLOW_DEMO_CREDENTIALS: true,
  HAVEN_PUBLIC_KEYS_DIRECTORY: join(world.keys.directory, 'public'),
  HAVEN_GAP_AFTER_MS: 60_000,
  HAVEN_GIVE_UP_AFTER_MS: 86_400_000,
})

async function start(config: Config) {
  const { deps, close } = await connect(config, log)
  const app = await build(deps)
  return {
    app,
    async stop() {
      await app.close()
      for (const end of close) await end()
    },
  }
}

/** A service that records, on a database of its own. */
async function producer(epoch = 1n, given: { records?: TestDatabase; bus?: TestBus } = {}) {
  const own = given.records ?? (await testDatabase('intake'))
  const pool = (url: string, max: number) => createPool({ url, applicationName: 'producer', max, log })
  const [relayPool, recordPool] = [pool(own.relay, 4), pool(own.app, 1)]
  const key = await readSigningKey(world.keys.signing('intake'))
  const relay = startChainRelay({ service: 'intake', epoch, pool: relayPool, bus: given.bus ?? world.bus, key, log })
  await relay.ready()
  const recorder = createRecorder({ pool: recordPool, log, backlog: relay.backlog, onCommit: relay.wake })
  return {
    /** In one commit. */
    record: (subject: string, entries = 1) =>
      recorder.record(Array.from({ length: entries }, () => entryBytes(entryOf({ subjects: [subject] }) as never))),
    async stop() {
      await relay.stop()
      await Promise.all([relayPool.end(), recordPool.end()])
      if (given.records === undefined) await own.drop()
    },
  }
}

const isReady = (app: Awaited<ReturnType<typeof start>>['app']) =>
  expect
    .poll(async () => (await app.inject('/readyz')).json(), { timeout: 20_000 })
    .toEqual({
      status: 'ready',
      checks: { database: 'ok', entries: 'ok', kafka: 'ok', record: 'ok', reader: 'ok', sequencer: 'ok' },
    })

test('what a service recorded is found within a second or two, the auditor’s own reading too, also by the process that takes over', async () => {
  const subject = '0196f000-0000-7000-8000-00000000000a'
  const token = await world.issuer.token({ role: 'auditor', audience: 'audit' })
  const found = async (app: Awaited<ReturnType<typeof start>>['app'], url: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'purpose-of-use': 'audit' }
    return (await app.inject({ url, headers })).json().items.length
  }
  const intake = await producer()
  const database = await world.database()
  const first = await start(configFor(database))
  await isReady(first.app)
  await intake.record(subject)
  await expect
    .poll(() => found(first.app, `/entries?filter=subject:${subject}&filter=action:referral.read`), { timeout: 10_000 })
    .toBe(1)
  await expect
    .poll(() => found(first.app, `/entries?filter=action:entry.list&filter=actor:worker-1`), { timeout: 10_000 })
    .toBeGreaterThan(0)
  const second = await start(configFor(database))
  await isReady(second.app)
  await first.stop()
  await intake.record(subject)
  await expect
    .poll(() => found(second.app, `/subjects/${subject}/entries?filter=action:referral.read`), { timeout: 20_000 })
    .toBe(2)
  await second.stop()
  await intake.stop()
  const admin = new pg.Client({ connectionString: database.admin })
  await admin.connect()
  const { rows } = await admin.query(
    `select (select size::int from ledger.head) as size, (select count(*)::int from ledger.entry) as entries,
       (select count(distinct producer)::int from ledger.producer_state) as producers, (select count(*)::int from ledger.evidence) as evidence`,
  )
  await admin.end()
  expect(rows[0].size).toBe(rows[0].entries)
  expect(rows[0]).toMatchObject({ producers: 2, evidence: 0 })
  await expect.poll(() => world.sessions(database), { timeout: 5_000 }).toBe(0)
})

/** Takes records from Kafka in audit's place and never brings them there. */
async function steal(producer: string, entries: number): Promise<BusRecord[]> {
  const stolen: BusRecord[] = []
  const isOf = ({ headers, value }: BusRecord) =>
    headers['haven-stream']?.startsWith(`${producer}/`) === true && value !== null
  const thief = await world.bus.subscribe({
    group: 'haven.audit.sequencer',
    topics: [...accessTopics],
    onBatch: async (records, { commit }) => {
      stolen.push(...records.filter(isOf))
      await commit(records.at(-1)!.offset + 1n)
    },
  })
  const count = () => stolen.reduce((sum, { value }) => sum + splitFrames(value!).length, 0)
  await expect.poll(count, { timeout: 15_000 }).toBeGreaterThanOrEqual(entries)
  await thief.stop()
  return stolen
}

/** What the log holds of a person; `changed` are entries that their service did not make so. */
async function storedOf(database: TestDatabase, subject: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: database.admin })
  await client.connect()
  const { rows } = await client.query(
    `select count(*)::int as stored, count(*) filter (where e.outcome <> 'success')::int as changed,
       (select count(*)::int from ledger.gap) as gaps, (select coalesce(array_agg(kind), '{}') from ledger.evidence) as evidence
     from query.access_subject s join query.access_event e using (idx) where s.subject = $1`,
    [subject],
  )
  await client.end()
  return rows[0]
}

test('what Kafka kept from audit is asked for and sent again by its producer', async () => {
  const own = await world.database()
  const intake = await producer(2n)
  const subject = '0196f000-0000-7000-8000-00000000000b'
  await intake.record(subject)
  await steal('intake/2', 1)
  const running = await start(configFor(own))
  await intake.record(subject)
  await expect
    .poll(() => storedOf(own, subject), { timeout: 25_000 })
    .toEqual({ stored: 2, changed: 0, gaps: 0, evidence: [] })
  await running.stop()
  await intake.stop()
}, 60_000)

test('what stood in a topic that was made anew, unread, is asked for and sent again by its producer', async () => {
  const own = await world.database()
  const subject = '0196f000-0000-7000-8000-00000000000d'
  const [records, before] = [await testDatabase('intake'), testBus('audit-before')]
  await before.applyTopics(topics)
  const first = await producer(3n, { records, bus: before })
  await first.record(subject, 3)
  await first.record(subject)
  await expect.poll(() => before.lastRecord(accessTopicOf('intake'), 0), { timeout: 15_000 }).not.toBeNull()
  await first.stop()
  await before.close()
  const again = await producer(3n, { records })
  const running = await start(configFor(own))
  await expect
    .poll(() => storedOf(own, subject), { timeout: 25_000 })
    .toEqual({ stored: 4, changed: 0, gaps: 0, evidence: [] })
  await running.stop()
  await again.stop()
  await records.drop()
}, 60_000)

test('what somebody exchanged on Kafka is evidence, and comes as its service made it when it is asked for', async () => {
  const own = await world.database()
  const intake = await producer(4n)
  const subject = '0196f000-0000-7000-8000-00000000000c'
  await intake.record(subject, 3)
  const stolen = await steal('intake/4', 3)
  const publisher = await world.bus.connectPublisher()
  for (const record of stolen) {
    const [first, ...others] = splitFrames(record.value!)
    const text = first!.toString().replace('"outcome":"success"', '"outcome":"failure"')
    const value = frameEntries([Buffer.from(text), ...others])
    const { topic, partition, key, headers } = record
    await publisher.send([{ topic, partition, records: [{ key: key!, headers, value }] }])
  }
  await publisher.close()
  const running = await start(configFor(own))
  await expect
    .poll(() => storedOf(own, subject), { timeout: 25_000 })
    .toEqual({ stored: 3, changed: 0, gaps: 0, evidence: ['exchanged'] })
  await running.stop()
  await intake.stop()
}, 60_000)

test('refuses to start on a database that is behind or without keys, and names the remedy', async () => {
  const { streamMigrations } = await import('@haven/stream')
  const behind = await world.database({ sources: [streamMigrations] })
  await expect(connect(configFor(behind), log)).rejects.toThrow(/audit is behind by .*ledger.*; run haven migrate/)
  const without = { ...configFor(await world.database()), HAVEN_PUBLIC_KEYS_DIRECTORY: '/nowhere' }
  await expect(connect(without, log)).rejects.toThrow('/nowhere')
  expect(Object.keys(Schema.properties)).toContain('HAVEN_READER_DATABASE_URL')
})
