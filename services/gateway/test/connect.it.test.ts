import { recordMigrations } from '@haven/access'
import { streamMigrations } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import { type TestDatabase, type TestWorld, testWorld } from '@haven/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../src/app.ts'
import type { Config } from '../src/config.ts'
import { connect } from '../src/connect.ts'

const log = createLogger({ service: 'gateway', level: 'silent' })
let world: TestWorld
beforeAll(async () => {
  world = await testWorld('gateway')
})
afterAll(() => world.end())

const configFor = (database: TestDatabase): Config => ({
  ...world.settings(database),
  HAVEN_IDENTITY_KEY_FILE: world.keys.identity,
  HAVEN_INTAKE_JWKS_FILE: world.keys.publicJwks('intake'),
})

test('becomes ready on its settings alone, and ends everything that it opened', async () => {
  const own = await world.database()
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
  await expect.poll(() => world.sessions(own), { timeout: 5_000 }).toBe(0)
})

test('refuses to start on a database that is behind, names what it lacks and the remedy, and leaves nothing open', async () => {
  const behind = await world.database({ sources: [streamMigrations, recordMigrations] })
  await expect(connect(configFor(behind), log)).rejects.toThrow(
    /database gateway is behind by gateway\/\d+_partner_and_receipt.*; run haven migrate/,
  )
  await expect.poll(() => world.sessions(behind), { timeout: 5_000 }).toBe(0)
})

test('refuses to start without its keys, naming the file', async () => {
  const without = { ...configFor(await world.database()), HAVEN_IDENTITY_KEY_FILE: '/nowhere/identity.json' }
  await expect(connect(without, log)).rejects.toThrow('/nowhere/identity.json')
})
