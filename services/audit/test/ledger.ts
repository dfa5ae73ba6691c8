import { createPool } from '@haven/db'
import { testDatabase, testLog } from '@haven/testkit'
import pg from 'pg'
import type { Finding } from '../src/domain/findings.ts'
import type { ChainHead, Leaf } from '../src/domain/leaf.ts'
import type { Message } from '../src/domain/message.ts'
import { Sequencer } from '../src/sequencer/sequencer.ts'

/** A busy machine is no failure. */
const patient = { connectMs: 10_000, statementMs: 10_000, lockMs: 10_000 }

/** Leaves as their producer sends them, under its signed head. */
export function messageOf(leaves: readonly Leaf[], head?: ChainHead, signedAt: number | null = null): Message {
  const last = leaves.at(-1)
  return {
    producer: last?.producer ?? 'intake/1',
    leaves,
    head: head ?? { seq: last!.seq, hash: last!.hash },
    signedAt,
    dueMs: 5_000,
  }
}

/** A log on a database of its own, and sequencers on it under a clock that the test owns. */
export async function ledger() {
  const database = await testDatabase('audit')
  const log = testLog()
  const pool = createPool({ url: database.app, applicationName: 'audit test', log, timeouts: patient, pipeline: true })
  const admin = new pg.Client({ connectionString: database.admin })
  await admin.connect()
  const watch = new pg.Pool({ connectionString: database.admin, max: 1 })
  const clock = { at: Date.now(), now: () => clock.at }
  const found: Finding[] = []
  const own = (findings: readonly Finding[], _at: Date) => {
    found.push(...findings)
    return {
      text: 'insert into record.outbox (batch) values ($1)',
      values: [Buffer.from(JSON.stringify(findings.length))],
    }
  }
  return {
    database,
    pool,
    admin,
    clock,
    log,
    own,
    found,
    ofChains: () => found.filter(one => 'producer' in one),
    sequencer: () => new Sequencer({ pool, log, clock, gapAfterMs: 30_000, giveUpAfterMs: 86_400_000, own }),
    /** Lets time pass in which Kafka answers and says nothing. */
    async listen(sequencer: Sequencer, ms: number): Promise<void> {
      for (const end = clock.at + ms; clock.at < end; ) {
        clock.at = Math.min(clock.at + 5_000, end)
        sequencer.hear()
      }
      await sequencer.listen()
    },
    /** Leaves in the log, in its order. */
    async leaves(): Promise<Buffer[]> {
      const { rows } = await admin.query('select leaf, idx from ledger.entry order by idx')
      for (const [n, { idx }] of rows.entries()) if (idx !== String(n)) throw new Error(`index ${n} is missing`)
      return rows.map(({ leaf }) => leaf)
    },
    count: async (table: string): Promise<number> =>
      (await admin.query(`select count(*)::int as count from ${table}`)).rows[0].count,
    /** Whether a statement waits for another's lock. */
    blocked: async (): Promise<boolean> =>
      (
        await watch.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
      ).rowCount !== 0,
    async close(): Promise<void> {
      await Promise.all([pool.end(), watch.end()])
      await admin.end()
      await database.drop()
    },
  }
}
