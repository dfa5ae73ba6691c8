import { recordMigrations } from '@haven/access'
import { topics } from '@haven/contracts'
import { streamMigrations } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import {
  type TestBus,
  type TestDatabase,
  type TestKeys,
  testBus,
  testDatabase,
  testIssuer,
  testKeys,
} from '@haven/testkit'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../src/app.ts'
import type { Config } from '../src/config.ts'
import { connect } from '../src/connect.ts'
import { here } from './fixtures.ts'

const log = createLogger({ service: 'intake', level: 'silent' })
const ends: (() => Promise<unknown>)[] = []
let bus: TestBus
let keys: TestKeys
let keysDatabase: TestDatabase
let issuer: string
beforeAll(async () => {
  const made = await Promise.all([testKeys(), testDatabase('keys'), testIssuer()])
  bus = testBus('connect')
  await bus.applyTopics(topics)
  ;[keys, keysDatabase] = made
  issuer = made[2].url
  ends.push(() => bus.close(), keys.remove, keysDatabase.drop, made[2].close)
})
afterAll(async () => {
  for (const end of ends) await end()
})

const configFor = (database: TestDatabase): Config => ({
  HAVEN_HTTP_HOST: '127.0.0.1',
  HAVEN_HTTP_PORT: 0,
  HAVEN_DATABASE_URL: database.app,
  HAVEN_RELAY_DATABASE_URL: database.relay,
  HAVEN_KAFKA_BROKERS: bus.brokers,
  HAVEN_KAFKA_PREFIX: bus.prefix,
  HAVEN_ISSUER: issuer,
  HAVEN_ALLOW_DEMO_CREDENTIALS: false,
  HAVEN_LOG_LEVEL: 'silent',
  HAVEN_KEYS_DATABASE_URL: keysDatabase.app,
  HAVEN_KEK_FILE: keys.kek,
  HAVEN_BLIND_INDEX_KEY_FILE: keys.blindIndex,
  HAVEN_JWE_KEYS_FILE: keys.jwe('intake'),
  HAVEN_SIGNING_KEY_FILE: keys.signing('intake'),
  HAVEN_ORGANISATION: here,
  HAVEN_BACKLOG_MAX_ROWS: 100_000,
  HAVEN_BACKLOG_MAX_AGE_MS: 600_000,
  HAVEN_RATE_LIMIT_PER_MINUTE: 6_000,
})

test('becomes ready on its settings alone, and ends everything that it opened', async () => {
  const database = await testDatabase('intake')
  const { deps, close } = await connect(configFor(database), log)
  const app = await build(deps)
  await expect
    .poll(async () => (await app.inject('/readyz')).json(), { timeout: 20_000 })
    .toEqual({
      status: 'ready',
      checks: { database: 'ok', keys: 'ok', entries: 'ok', kafka: 'ok', relay: 'ok', record: 'ok', inbound: 'ok' },
    })
  await app.close()
  for (const end of close) await end()
  const admin = new pg.Client({ connectionString: database.admin })
  await admin.connect()
  const { rows } = await admin.query(
    `select count(*)::int as left from pg_stat_activity where datname = $1 and application_name like 'intake%'`,
    [database.name],
  )
  await admin.end()
  expect(rows[0].left).toBe(0)
  await database.drop()
})

test('refuses to start on a database that is behind, and names what it lacks and the remedy', async () => {
  const behind = await testDatabase('intake', { sources: [streamMigrations, recordMigrations] })
  ends.push(behind.drop)
  await expect(connect(configFor(behind), log)).rejects.toThrow(
    /intake is behind by intake\/\d+_referral_and_case, .*; run: haven migrate/,
  )
})

test('refuses to start without its keys, naming the file', async () => {
  const database = await testDatabase('intake')
  ends.push(database.drop)
  const without = { ...configFor(database), HAVEN_KEK_FILE: '/nowhere/kek.json' }
  await expect(connect(without, log)).rejects.toThrow('/nowhere/kek.json')
})
