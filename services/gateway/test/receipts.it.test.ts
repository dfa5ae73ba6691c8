import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { factTopicsOf, topics } from '@haven/contracts'
import { createPool } from '@haven/db'
import { emitStatement, listParked, type NewFact, type Relay, type StreamConsumer, startRelay } from '@haven/stream'
import { type TestBus, type TestDatabase, testBus, testDatabase } from '@haven/testkit'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followReceipts } from '../src/events/consumer.ts'
import { type Gateway, gateway, submitted } from './harness.ts'

// The gateway with its relay and its consumer on the real PostgreSQL and Kafka; intake is a database with its stream, which says what a test wants.

const limits = { rows: 10_000, ageMs: 600_000 }
let gw: Gateway
let bus: TestBus
let relays: Relay[]
let consumer: StreamConsumer
let intake: { database: TestDatabase; pool: Pool; relayPool: Pool }
let relayPool: Pool

beforeAll(async () => {
  bus = testBus('gateway')
  const [first, database] = await Promise.all([gateway(), testDatabase('intake'), bus.applyTopics(topics)])
  gw = first
  const pool = (url: string) => createPool({ url, applicationName: 'receipts test', max: 4, log: gw.deps.log })
  intake = { database, pool: pool(database.app), relayPool: pool(database.relay) }
  relayPool = pool(gw.urls.relay)
  const shared = { bus, log: gw.deps.log, limits }
  relays = [
    startRelay({ ...shared, service: 'gateway', pool: relayPool, topics: factTopicsOf('gateway') }),
    startRelay({ ...shared, service: 'intake', pool: intake.relayPool, topics: factTopicsOf('intake') }),
  ]
  consumer = followReceipts({ bus, pool: gw.pool, unitOfWork: gw.unitOfWork, log: gw.deps.log })
  await Promise.all([...relays.map(relay => relay.ready()), consumer.ready()])
})

afterAll(async () => {
  await consumer.stop()
  await Promise.all(relays.map(relay => relay.stop()))
  await bus.close()
  await Promise.all([intake.pool.end(), intake.relayPool.end(), relayPool.end()])
  await Promise.all([gw.close(), intake.database.drop()])
})

async function says(...facts: Pick<NewFact, 'topic' | 'key' | 'type' | 'data' | 'version'>[]): Promise<void> {
  const written = facts.map(fact => ({
    ...fact,
    subject: randomUUIDv7(),
    organisation: 'haven-programme',
    time: new Date(),
  }))
  await intake.pool.query(emitStatement(written))
  relays[1]!.wake()
}
const answer = (name: string, receipt: string) => ({
  topic: 'haven.intake.inbound',
  key: receipt,
  type: `haven.intake.inbound.${name}.v1`,
  data: { receipt, ...(name === 'rejected' && { reason: 'reference-in-use' }) },
})
const outcome = (state: string, receipt: string, referral: string, version: number) => ({
  topic: 'haven.intake.referral',
  key: referral,
  type: `haven.intake.referral.${state}.v1`,
  data: { referral, state, receipt },
  version,
})
const read = async (id: string) => (await gw.get(`/receipts/${id}`)).json()

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it did not come to that within 15 s')
    await sleep(25)
  }
}

test('a receipt becomes published when Kafka has acknowledged its fact, and ends with what intake says', async () => {
  const { items } = (await gw.post(Array.from({ length: 30 }, () => submitted()))).json()
  const ids: string[] = items.map((item: { receipt: { id: string } }) => item.receipt.id)
  relays[0]!.wake()
  await until(async () => (await gw.get('/receipts?state=published&limit=100')).json().items.length === 30)
  expect((await gw.get('/receipts?state=accepted')).json().items).toEqual([])
  await says(...ids.flatMap((id, at) => [answer('held', id), answer(at % 3 === 0 ? 'rejected' : 'applied', id)]))
  await until(async () => (await gw.get('/receipts?state=applied&limit=100')).json().items.length === 20)
  await until(async () => (await gw.get('/receipts?state=rejected&limit=100')).json().items.length === 10)
  expect((await gw.get('/receipts?state=held')).json().items).toEqual([])
})

test('what becomes of the referral reaches the receipt as its latest outcome', async () => {
  const { id } = (await gw.post(submitted())).json()
  const referral = randomUUIDv7()
  await says(outcome('received', id, referral, 1), outcome('acknowledged', id, referral, 2), answer('applied', id))
  await until(async () => (await read(id)).outcome?.state === 'acknowledged')
  await says(outcome('accepted', id, referral, 3))
  await until(async () => (await read(id)).outcome?.state === 'accepted')
  expect(await read(id)).toMatchObject({ state: 'applied' })
})

test('an answer for a receipt that is not here is parked, and holds up nobody else', async () => {
  const stray = randomUUIDv7()
  const { id } = (await gw.post(submitted())).json()
  await says(answer('applied', stray), answer('applied', id))
  await until(async () => (await read(id)).state === 'applied')
  await until(async () => (await listParked(gw.pool)).some(({ cause }) => cause === 'receipt-unknown'))
})
