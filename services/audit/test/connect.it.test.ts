import { join } from 'node:path'
import { createRecorder, startChainRelay } from '@haven/access'
import { entryBytes } from '@haven/contracts'
import { createPool } from '@haven/db'
import { createLogger } from '@haven/telemetry'
import { type TestDatabase, type TestWorld, testDatabase, testWorld } from '@haven/testkit'
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
async function producer(epoch = 1n) {
  const own = await testDatabase('intake')
  const pool = (url: string, max: number) => createPool({ url, applicationName: 'producer', max, log })
  const [relayPool, recordPool] = [pool(own.relay, 4), pool(own.app, 1)]
  const key = await readSigningKey(world.keys.signing('intake'))
  const relay = startChainRelay({ service: 'intake', epoch, pool: relayPool, bus: world.bus, key, log })
  await relay.ready()
  const recorder = createRecorder({ pool: recordPool, log, backlog: relay.backlog, onCommit: relay.wake })
  return {
    record: (subject: string) => recorder.record([entryBytes(entryOf({ subjects: [subject] }) as never)]),
    async stop() {
      await relay.stop()
      await Promise.all([relayPool.end(), recordPool.end()])
      await own.drop()
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

test('what Kafka kept from audit is asked for and sent again by its producer', async () => {
  const own = await world.database()
  const intake = await producer(2n)
  const subject = '0196f000-0000-7000-8000-00000000000b'
  await intake.record(subject)
  let passed = 0
  const thief = await world.bus.subscribe({
    group: 'haven.audit.sequencer',
    topics: ['haven.audit.access'],
    onBatch: async (records, { commit }) => {
      passed += records.filter(({ headers }) => headers['haven-stream']?.startsWith('intake/2/')).length
      await commit(records.at(-1)!.offset + 1n)
    },
  })
  await expect.poll(() => passed, { timeout: 15_000 }).toBeGreaterThan(0)
  await thief.stop()
  const running = await start(configFor(own))
  await intake.record(subject)
  const query = `select count(*)::int as stored from query.access_subject where subject = '${subject}'`
  const reader = new pg.Client({ connectionString: own.admin })
  await reader.connect()
  await expect.poll(async () => (await reader.query(query)).rows[0].stored, { timeout: 25_000 }).toBe(2)
  expect((await reader.query('select count(*)::int as gaps from ledger.gap')).rows[0].gaps).toBe(0)
  await reader.end()
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
