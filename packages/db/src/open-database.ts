import type pg from 'pg'
import { pendingMigrations } from './migrate.ts'
import { DatabaseBehind, type MigrationSource } from './migration-files.ts'
import { createPool, openKept, type PoolOptions } from './pool.ts'

export interface DatabaseOptions extends PoolOptions {
  /** Its name, for the message. */
  database: string
  /** What it has to have. */
  sources: MigrationSource[]
}

/**
 * A pool to a database that has all its migrations, for a service that is about to start. Throws `DatabaseBehind` naming
 * what the database lacks and the remedy, `MigrationError` for edited and late files, or what the database answers; nothing is left open then.
 */
export async function openDatabase({ database, sources, ...options }: DatabaseOptions): Promise<pg.Pool> {
  const pool = createPool(options)
  try {
    const pending = await pendingMigrations({ pool, sources })
    if (pending.length === 0) {
      openKept(pool)
      return pool
    }
    throw new DatabaseBehind(`The database ${database} is behind by ${pending.join(', ')}; run haven migrate.`)
  } catch (error) {
    await pool.end()
    throw error
  }
}
