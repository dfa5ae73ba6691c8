import { createPool } from '@haven/db'
import { streamMigrations } from '@haven/stream'
import { testDatabase, testLog, testRecord } from '@haven/testkit'
import pg from 'pg'
import { recordMigrations } from '../../src/index.ts'

/** A database with a record, as a service and as its owner see it. */
export async function recordWorld() {
  const database = await testDatabase('note', { sources: [streamMigrations, recordMigrations] })
  const log = testLog()
  const pool = createPool({ url: database.app, applicationName: 'record test', max: 1, log })
  const record = testRecord(database)
  const owner = new pg.Client({ connectionString: database.admin })
  await owner.connect()
  return {
    database,
    log,
    pool,
    owner,
    record,
    /** Raw entries of each commit, in order. */
    async commits(): Promise<Buffer[]> {
      const { rows } = await owner.query<{ batch: Buffer }>('select batch from record.outbox order by id')
      return rows.map(({ batch }) => batch)
    },
    async close(): Promise<void> {
      await Promise.all([pool.end(), record.close(), owner.end()])
      await database.drop()
    },
  }
}
