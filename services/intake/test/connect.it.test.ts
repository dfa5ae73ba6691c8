import { recordMigrations } from '@haven/access'
import { createPool } from '@haven/db'
import { streamMigrations } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import { type TestDatabase, type TestWorld, testDatabase, testKeys, testWorld } from '@haven/testkit'
import { createSubjectVault, readSymmetricKey } from '@haven/vault'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../src/app.ts'
import type { Config } from '../src/config.ts'
import { connect } from '../src/connect.ts'
import { here } from './fixtures.ts'

const log = createLogger({ service: 'intake', level: 'silent' })
let world: TestWorld
let keysDatabase: TestDatabase
beforeAll(async () => {
  ;[world, keysDatabase] = await Promise.all([testWorld('intake'), testDatabase('keys')])
})
afterAll(async () => {
  await world.end()
  await keysDatabase.drop()
})

const configFor = (database: TestDatabase): Config => ({
  ...world.settings(database),
  HAVEN_KEYS_DATABASE_URL: keysDatabase.app,
  HAVEN_KEK_FILE: world.keys.kek,
  HAVEN_BLIND_INDEX_KEY_FILE: world.keys.blindIndex,
  HAVEN_JWE_KEYS_FILE: world.keys.jwe('intake'),
  HAVEN_ORGANISATION: here,
})

test('becomes ready on its settings alone, and ends everything that it opened', async () => {
  const database = await world.database()
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
  await expect.poll(() => world.sessions(database), { timeout: 5_000 }).toBe(0)
})

test('refuses to start on a database that is behind, and names what it lacks and the remedy', async () => {
  const behind = await world.database({ sources: [streamMigrations, recordMigrations] })
  await expect(connect(configFor(behind), log)).rejects.toThrow(
    /intake is behind by intake\/\d+_referral_and_case, .*; run haven migrate/,
  )
})

test('refuses to start without its keys, naming the file', async () => {
  const database = await world.database()
  const without = { ...configFor(database), HAVEN_KEK_FILE: '/nowhere/kek.json' }
  await expect(connect(without, log)).rejects.toThrow('/nowhere/kek.json')
})

test('refuses to start with another key-encryption key than the one that its people are sealed under', async () => {
  const database = await world.database()
  const config = configFor(database)
  const pool = createPool({ url: config.HAVEN_KEYS_DATABASE_URL, applicationName: 'test', log })
  await createSubjectVault({ pool, kek: await readSymmetricKey(world.keys.kek) }).createSubjects(1)
  await pool.end()
  const others = await testKeys()
  await expect(connect({ ...config, HAVEN_KEK_FILE: others.kek }, log)).rejects.toMatchObject({
    code: 'key-unknown',
    message: expect.stringContaining('give it the file of the former'),
  })
  await others.remove()
})
