import { recordMigrations } from '@haven/access'
import { topics } from '@haven/contracts'
import { streamMigrations } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import {
  type TestBus,
  type TestDatabase,
  type TestDatabaseOptions,
  type TestKeys,
  testBus,
  testDatabase,
  testIssuer,
  testKeys,
  testSettings,
} from '@haven/testkit'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../src/app.ts'
import type { Config } from '../src/config.ts'
import { connect } from '../src/connect.ts'

const log = createLogger({ service: 'gateway', level: 'silent' })
const ends: (() => Promise<unknown>)[] = []
let bus: TestBus
let keys: TestKeys
let issuer: string
beforeAll(async () => {
  const made = await Promise.all([testKeys(), testIssuer()])
  bus = testBus('connect')
  await bus.applyTopics(topics)
  ;[keys] = made
  issuer = made[1].url
  ends.push(() => bus.close(), keys.remove, made[1].close)
})
afterAll(async () => {
  for (const end of ends) await end()
})

async function database(options?: TestDatabaseOptions): Promise<TestDatabase> {
  const made = await testDatabase('gateway', options)
  ends.unshift(made.drop)
  return made
}

const configFor = (own: TestDatabase): Config => ({
  ...testSettings({ database: own, bus, issuer, signingKeyFile: keys.signing('gateway') }),
  HAVEN_IDENTITY_KEY_FILE: keys.identity,
  HAVEN_INTAKE_JWKS_FILE: keys.publicJwks('intake'),
})

/** Sessions of the gateway in a database; PostgreSQL forgets one a moment after its client has gone. */
async function sessionsIn(own: TestDatabase): Promise<number> {
  const admin = new pg.Client({ connectionString: own.admin })
  await admin.connect()
  const { rows } = await admin.query(
    `select count(*)::int as left from pg_stat_activity where datname = $1 and application_name like 'gateway%'`,
    [own.name],
  )
  await admin.end()
  return rows[0].left
}

test('becomes ready on its settings alone, and ends everything that it opened', async () => {
  const own = await database()
  const { deps, close } = await connect(configFor(own), log)
  const app = await build(deps)
  await expect
    .poll(async () => (await app.inject('/readyz')).json(), { timeout: 20_000 })
    .toEqual({
      status: 'ready',
      checks: { database: 'ok', entries: 'ok', kafka: 'ok', relay: 'ok', record: 'ok', receipts: 'ok' },
    })
  await app.close()
  for (const end of close) await end()
  await expect.poll(() => sessionsIn(own), { timeout: 5_000 }).toBe(0)
})

test('refuses to start on a database that is behind, names what it lacks and the remedy, and leaves nothing open', async () => {
  const behind = await database({ sources: [streamMigrations, recordMigrations] })
  await expect(connect(configFor(behind), log)).rejects.toThrow(
    /database gateway is behind by gateway\/\d+_partner_and_receipt.*; run haven migrate/,
  )
  await expect.poll(() => sessionsIn(behind), { timeout: 5_000 }).toBe(0)
})

test('refuses to start without its keys, naming the file', async () => {
  const without = { ...configFor(await database()), HAVEN_IDENTITY_KEY_FILE: '/nowhere/identity.json' }
  await expect(connect(without, log)).rejects.toThrow('/nowhere/identity.json')
})
