import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChainRelay } from '@haven/access'
import { createBus } from '@haven/bus'
import { topics } from '@haven/contracts'
import { createPool } from '@haven/db'
import { type RunningKafka, startKafka } from '@haven/local'
import { type TestKeys, testDatabase, testKeys, testLog } from '@haven/testkit'
import { readSigningKey } from '@haven/vault'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readMessage } from '../src/events/read-message.ts'
import { startSequencer } from '../src/sequencer/runner.ts'
import { ledger } from './ledger.ts'

const log = testLog()
const dir = mkdtempSync(join(tmpdir(), 'haven-audit-kafka-'))
let kafka: RunningKafka
let keys: TestKeys
beforeAll(async () => {
  keys = await testKeys()
  kafka = await startKafka({ dir })
}, 120_000)
afterAll(async () => {
  await kafka.stop()
  await keys.remove()
  rmSync(dir, { recursive: true, force: true })
})

/** A service that has nothing to record: it sends heads. */
async function idleProducer(bus: ReturnType<typeof createBus>) {
  const database = await testDatabase('intake')
  const pool = createPool({ url: database.relay, applicationName: 'producer', max: 4, log })
  const key = await readSigningKey(keys.signing('intake'))
  const relay = startChainRelay({ service: 'intake', epoch: 1n, pool, bus, key, log })
  return async () => {
    await relay.stop()
    await pool.end()
    await database.drop()
  }
}

test('an hour without Kafka makes no producer silent, and its end is on the record once', {
  timeout: 240_000,
}, async () => {
  const world = await ledger()
  const bus = createBus({ brokers: kafka.brokers, clientId: 'audit-away', log })
  await bus.applyTopics(topics)
  const stopProducer = await idleProducer(bus)
  const lease = createPool({ url: world.database.app, applicationName: 'audit lease', max: 1, log })
  const { publicKey } = await readSigningKey(keys.signing('intake'))
  let shiftMs = 0
  const sequencer = startSequencer({
    ...{ pool: world.pool, leasePool: lease, bus, log, own: world.own, gapAfterMs: 60_000, giveUpAfterMs: 86_400_000 },
    clock: { now: () => Date.now() + shiftMs },
    read: record => readMessage(record, new Map([['intake', [publicKey]]])),
  })
  const heads = async (): Promise<string> => {
    const { rows } = await world.admin.query('select max(heard_at)::text as at from ledger.producer_state')
    return rows[0].at
  }
  await expect.poll(heads, { timeout: 90_000 }).not.toBeNull()
  process.kill(kafka.pid, 'SIGKILL')
  await kafka.exited
  shiftMs += 3_600_000
  // Longer than a tick of the leader: without the rule it would notice a silence now.
  await new Promise(resolve => setTimeout(resolve, 3_000))
  expect(world.found).toEqual([])
  const before = await heads()
  kafka = await startKafka({ dir, port: kafka.port })
  await expect.poll(heads, { timeout: 60_000 }).not.toBe(before)
  await expect
    .poll(() => world.found, { timeout: 10_000 })
    .toEqual([{ reason: 'kafka-heard-again', awaySeconds: expect.toSatisfy((seconds: number) => seconds >= 3_600) }])
  await sequencer.stop()
  await stopProducer()
  await lease.end()
  await bus.close()
  await world.close()
})
