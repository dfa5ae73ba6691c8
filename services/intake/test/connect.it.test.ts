import { recordMigrations } from '@haven/access'
import { topics } from '@haven/contracts'
import { createPool } from '@haven/db'
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
  testSettings,
} from '@haven/testkit'
import { createSubjectVault, readSymmetricKey } from '@haven/vault'
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
  ...testSettings({ database, bus, issuer, signingKeyFile: keys.signing('intake') }),
  HAVEN_KEYS_DATABASE_URL: keysDatabase.app,
  HAVEN_KEK_FILE: keys.kek,
  HAVEN_BLIND_INDEX_KEY_FILE: keys.blindIndex,
  HAVEN_JWE_KEYS_FILE: keys.jwe('intake'),
  HAVEN_ORGANISATION: here,
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
  // PostgreSQL forgets a session a moment after its client has gone.
  const left = async () => {
    const text = `select count(*)::int as left from pg_stat_activity where datname = $1 and application_name like 'intake%'`
    return (await admin.query(text, [database.name])).rows[0].left
  }
  await expect.poll(left, { timeout: 5_000 }).toBe(0)
  await admin.end()
  await database.drop()
})

test('refuses to start on a database that is behind, and names what it lacks and the remedy', async () => {
  const behind = await testDatabase('intake', { sources: [streamMigrations, recordMigrations] })
  ends.push(behind.drop)
  await expect(connect(configFor(behind), log)).rejects.toThrow(
    /intake is behind by intake\/\d+_referral_and_case, .*; run haven migrate/,
  )
})

test('refuses to start without its keys, naming the file', async () => {
  const database = await testDatabase('intake')
  ends.push(database.drop)
  const without = { ...configFor(database), HAVEN_KEK_FILE: '/nowhere/kek.json' }
  await expect(connect(without, log)).rejects.toThrow('/nowhere/kek.json')
})

test('refuses to start with another key-encryption key than the one that its people are sealed under', async () => {
  const database = await testDatabase('intake')
  ends.push(database.drop)
  const config = configFor(database)
  const pool = createPool({ url: config.HAVEN_KEYS_DATABASE_URL, applicationName: 'test', log })
  await createSubjectVault({ pool, kek: await readSymmetricKey(keys.kek) }).createSubjects(1)
  await pool.end()
  const others = await testKeys()
  ends.push(others.remove)
  await expect(connect({ ...config, HAVEN_KEK_FILE: others.kek }, log)).rejects.toMatchObject({
    code: 'key-unknown',
    message: expect.stringContaining('give it the file of the former'),
  })
})
