import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bus, createBus } from '@haven/bus'
import type { TopicDefinition } from '@haven/contracts'
import { createPool, createUnitOfWork, type DatabaseUrls, migrate, provision, type UnitOfWork } from '@haven/db'
import { testServices } from '@haven/testkit'
import pg from 'pg'
import { writeFacts } from '../src/facts/write-facts.ts'
import type { Log, NewFact, SqlTransaction } from '../src/types.ts'

/** The topics of these tests; the table of contracts is for services. */
export const things = 'haven.test.thing'
export const testTopics: readonly TopicDefinition[] = [
  { name: things, owner: 'intake', partitions: 3, retentionMs: 3_600_000, keyedBy: 'thing', summary: 'tests' },
]
const resend: TopicDefinition = { ...testTopics[0]!, name: 'haven.resend', owner: 'shared', partitions: 1 }

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A log that keeps what was said, so that a test can look for an alarm. */
export function keepingLog(): Log & { lines: { level: string; context: Record<string, unknown>; message: string }[] } {
  const lines: { level: string; context: Record<string, unknown>; message: string }[] = []
  const at = (level: string) => (context: object, message: string) => {
    lines.push({ level, context: context as Record<string, unknown>, message })
  }
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const service = 'streamtest'
const password = 'only-for-tests-on-loopback'
const passwords = { migrator: password, app: password, relay: password, reader: password }

export interface TestDatabase {
  urls: DatabaseUrls
  app: pg.Pool
  relay: pg.Pool
  owner: pg.Pool
  close(): Promise<void>
}

/** A database with the stream's tables and a table of effects, as a service would have them. */
export async function streamDatabase(): Promise<TestDatabase> {
  const { adminUrl } = testServices()
  const urls = await provision({ adminUrl, database: `stream_${randomUUID().replaceAll('-', '')}`, service, passwords })
  await migrate({
    url: urls.migrator,
    sources: [{ name: 'stream', directory: new URL('../migrations', import.meta.url).pathname }],
  })
  const pool = (url: string) => createPool({ url, applicationName: 'stream-test', max: 6, log: silent })
  const owner = pool(urls.migrator)
  await owner.query(`set role ${service}_owner; create table ${service}.effect (
    position bigint generated always as identity primary key, caused_by uuid not null unique, key text not null, n int not null)`)
  const database = { urls, app: pool(urls.app), relay: pool(urls.relay), owner }
  return {
    ...database,
    async close() {
      await Promise.all([database.app.end(), database.relay.end(), owner.end()])
      const admin = new pg.Client({ connectionString: adminUrl })
      await admin.connect()
      await admin.query(`drop database if exists ${new URL(urls.app).pathname.slice(1)} with (force)`)
      await admin.end()
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

/** The topics of a test under a prefix of their own. */
export async function streamBus(
  prefix: string = `t${randomUUID().slice(0, 8)}.`,
): Promise<{ bus: Bus; prefix: string }> {
  const bus = newBus(prefix)
  await bus.applyTopics([...testTopics, resend])
  return { bus, prefix }
}

export function newBus(prefix: string): Bus {
  return createBus({ brokers: testServices().brokers, clientId: 'stream-test', prefix, log: silent })
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

export async function emit(pool: pg.Pool, facts: NewFact[]): Promise<void> {
  await unitOfWorkOn(pool)(async work => {
    for (const fact of facts) work.collect(fact)
  })
}

/** What was applied, in the order of application. */
export async function effects(pool: pg.Pool): Promise<{ key: string; n: number }[]> {
  const { rows } = await pool.query(`select key, n from ${service}.effect order by position`)
  return rows as { key: string; n: number }[]
}

export function insertEffect(tx: TestTx, factId: string, key: string, n: number): Promise<number> {
  return tx.$executeRawUnsafe(
    `insert into ${service}.effect (caused_by, key, n) values ($1::uuid, $2, $3)`,
    factId,
    key,
    n,
  )
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
