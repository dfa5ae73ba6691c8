import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, BusLog } from '@haven/bus'
import type { TopicDefinition } from '@haven/contracts'
import { createPool, createUnitOfWork, type UnitOfWork } from '@haven/db'
import { type TestBus, testBus, testDatabase, testLog } from '@haven/testkit'
import type pg from 'pg'
import { type StreamConsumer, startConsumer } from '../src/consumer/consumer.ts'
import type { ConsumerOptions } from '../src/consumer/options.ts'
import { writeFacts } from '../src/facts/write-facts.ts'
import { streamMigrations } from '../src/migrations.ts'
import { type Relay, type RelayOptions, startRelay } from '../src/relay/relay.ts'
import type { NewFact, ReceivedFact, SqlTransaction } from '../src/types.ts'
import { testTopics, things } from './topics.ts'

export { testTopics, things }

export const resendTopic: TopicDefinition = { ...testTopics[0]!, name: 'haven.resend', owner: 'shared', partitions: 1 }

const service = 'streamtest'

export interface StreamDatabase {
  app: pg.Pool
  relay: pg.Pool
  relayUrl: string
  /** A superuser's pool, to look from outside and to do what no program may. */
  admin: pg.Pool
  close(): Promise<void>
}

/** A database with the stream's tables and a table of effects, as a service would have them. */
export async function streamDatabase(): Promise<StreamDatabase> {
  const database = await testDatabase(service, { sources: [streamMigrations], schemas: [service, 'stream'] })
  const pool = (url: string) => createPool({ url, applicationName: 'stream-test', max: 6, log: testLog() })
  const pools = { app: pool(database.app), relay: pool(database.relay), admin: pool(database.admin) }
  await pools.admin.query(`create table ${service}.effect (
    position bigint generated always as identity primary key, caused_by uuid not null unique, key text not null, n int not null)`)
  await pools.admin.query(`grant select, insert on ${service}.effect to ${service}_app`)
  return {
    ...pools,
    relayUrl: database.relay,
    async close() {
      await Promise.all(Object.values(pools).map(one => one.end()))
      await database.drop()
    },
  }
}

export type TestTx = SqlTransaction

/** A unit of work over `pg` with the surface of Prisma's raw statements. */
export function unitOfWorkOn(pool: pg.Pool, onCommit?: () => void): UnitOfWork<TestTx, NewFact> {
  return createUnitOfWork<TestTx, NewFact>({
    client: {
      async $transaction(fn) {
        const client = await pool.connect()
        try {
          await client.query('begin')
          const result = await fn(transactionOn(client))
          await client.query('commit')
          client.release()
          return result
        } catch (error) {
          await client.query('rollback').catch(() => undefined)
          client.release(true)
          throw error
        }
      },
    },
    writeLast: (tx, facts) => writeFacts(tx, facts, testTopics),
    ...(onCommit ? { onCommit } : {}),
  })
}

function transactionOn(client: pg.PoolClient): TestTx {
  return {
    $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
    $queryRawUnsafe: async <T>(sql: string, ...values: unknown[]) => (await client.query(sql, values)).rows as T,
  }
}

/** A bus with the topics of these tests under a prefix of its own. */
export async function streamBus(log: BusLog = testLog()): Promise<TestBus> {
  const bus = testBus('stream', log)
  await bus.applyTopics([...testTopics, resendTopic])
  return bus
}

/** The nth fact of a key. */
export function thing(key: string, n: number): NewFact {
  return {
    topic: things,
    key,
    type: 'haven.test.thing.happened.v1',
    subject: key,
    organisation: 'org-test',
    data: { n },
    version: n,
    time: new Date(),
  }
}

export async function emit(database: StreamDatabase, facts: NewFact[]): Promise<void> {
  await unitOfWorkOn(database.app)(async work => {
    for (const fact of facts) work.collect(fact)
  })
}

/** A relay of the tests' service with wide limits. */
export function relayOf(database: StreamDatabase, bus: Bus, options: Partial<RelayOptions> = {}): Relay {
  const limits = { rows: 100_000, ageMs: 600_000 }
  return startRelay({ service, pool: database.relay, bus, topics: testTopics, log: testLog(), limits, ...options })
}

/** A consumer whose effect is a row of `effect`. */
export function readerOf(
  database: StreamDatabase,
  bus: Bus,
  options: Partial<ConsumerOptions<TestTx>> = {},
): StreamConsumer {
  return startConsumer<TestTx>({
    service,
    name: 'reader',
    bus,
    topics: [things],
    pool: database.app,
    unitOfWork: unitOfWorkOn(database.app),
    effect: (fact, work) => insertEffect(work.tx, fact),
    log: testLog(),
    ...options,
  })
}

/** What was applied, in the order of application. */
export async function effects(database: StreamDatabase): Promise<{ key: string; n: number }[]> {
  const { rows } = await database.app.query(`select key, n from ${service}.effect order by position`)
  return rows as { key: string; n: number }[]
}

export async function insertEffect(tx: TestTx, fact: ReceivedFact): Promise<void> {
  const sql = `insert into ${service}.effect (caused_by, key, n) values ($1::uuid, $2, $3::int)`
  await tx.$executeRawUnsafe(sql, fact.id, fact.key, Number(fact.data?.n))
}

export async function until(what: string, check: () => Promise<boolean> | boolean, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await sleep(25)
  }
}

/** True when each key's numbers stand in rising order without a repetition. */
export function isInOrder(applied: readonly { key: string; n: number }[]): boolean {
  const last = new Map<string, number>()
  return applied.every(({ key, n }) => {
    const fits = n === (last.get(key) ?? 0) + 1
    last.set(key, n)
    return fits
  })
}
