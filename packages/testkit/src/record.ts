import { splitFrames } from '@haven/access'
import type { AuditEntry } from '@haven/contracts'
import pg from 'pg'
import type { TestDatabase } from './database.ts'

/** The access record of a service as it waits for its relay, seen from the outside. */
export interface TestRecord {
  /** Every entry, in the order of their commits. */
  entries(): Promise<AuditEntry[]>
  /** Runs `work` and gives back what was entered meanwhile. */
  during(work: () => Promise<unknown>): Promise<AuditEntry[]>
  close(): Promise<void>
}

/** Reads the entries that wait in a test database; no relay may run on it. */
export function testRecord(database: Pick<TestDatabase, 'reader'>): TestRecord {
  const pool = new pg.Pool({ connectionString: database.reader, max: 1, connectionTimeoutMillis: 10_000 })
  pool.on('error', () => {})
  async function entries(): Promise<AuditEntry[]> {
    const { rows } = await pool.query<{ batch: Buffer }>('select batch from record.outbox order by id')
    return rows.flatMap(({ batch }) => splitFrames(batch).map(entry => JSON.parse(entry.toString()) as AuditEntry))
  }
  return {
    entries,
    async during(work) {
      const before = new Set((await entries()).map(({ id }) => id))
      await work()
      return (await entries()).filter(({ id }) => !before.has(id))
    },
    close: () => pool.end(),
  }
}
