import type pg from 'pg'
import { DatabaseClient } from './client.ts'
import { sqlStateOf, withoutValues } from './errors.ts'
import type { Log } from './log.ts'
import {
  type AppliedMigration,
  MigrationError,
  type MigrationFile,
  type MigrationSource,
  pendingOf,
  readMigrations,
} from './migration-files.ts'

export interface MigrateOptions {
  /** The migrator's URL (`DatabaseUrls.migrator`). */
  url: string
  /** Applied source by source in this order. */
  sources: MigrationSource[]
  /** Milliseconds to wait for another run, a minute unless told. */
  waitMs?: number
  log?: Log
}

// Readable by every role that may connect, so that a service can see that it is behind.
const bookkeeping = `
  create schema if not exists migration;
  create table if not exists migration.applied (
    source text not null, name text not null, sha256 text not null, applied_at timestamptz not null default now(), primary key (source, name));
  grant usage on schema migration to public;
  grant select on migration.applied to public;`

/**
 * Applies what is pending, each file in a transaction of its own as the database's owner, and answers `source/name` of
 * each. Runs that meet wait for one another, not for ever. Throws `MigrationError`; the files before the one it names stay applied,
 * that one leaves nothing.
 */
export async function migrate({ url, sources, waitMs = 60_000, log }: MigrateOptions): Promise<{ applied: string[] }> {
  const files = await readMigrations(sources)
  const client = new DatabaseClient({
    connectionString: url,
    application_name: 'haven migrate',
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    await takeTurn(client, waitMs)
    await becomeOwner(client)
    await client.query(bookkeeping)
    // DDL that waits behind a long transaction makes everybody behind it wait too.
    await client.query("set lock_timeout = '5s'")
    const pending = pendingOf(files, await appliedIn(client))
    for (const file of pending) {
      await apply(client, file)
      log?.info({ migration: pathOf(file) }, 'migration applied')
    }
    return { applied: pending.map(pathOf) }
  } finally {
    await client.end()
  }
}

/** `source/name` of each migration that the database lacks. Any role may ask. Throws `MigrationError` for edited and late files. */
export async function pendingMigrations({
  pool,
  sources,
}: {
  pool: pg.Pool
  sources: MigrationSource[]
}): Promise<string[]> {
  const { rows } = await pool.query("select to_regclass('migration.applied') is not null as there")
  const applied = rows[0]?.there === true ? await appliedIn(pool) : []
  return pendingOf(await readMigrations(sources), applied).map(pathOf)
}

async function appliedIn(client: pg.Client | pg.Pool): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'select source, name, sha256 from migration.applied order by source, name',
  )
  return rows
}

async function takeTurn(client: pg.Client, waitMs: number): Promise<void> {
  await client.query(`set lock_timeout = ${Math.ceil(waitMs)}`)
  try {
    await client.query("select pg_advisory_lock(hashtext('haven.migrate'))")
  } catch (error) {
    if (sqlStateOf(error) !== '55P03') throw error
    throw new MigrationError(
      `Another run of haven migrate has been at work for ${Math.ceil(waitMs / 1_000)} s; wait for its end, or end it, and migrate again.`,
    )
  }
}

async function becomeOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ owner: string }>(
    'select quote_ident(pg_get_userbyid(datdba)) as owner from pg_database where datname = current_database()',
  )
  await client.query(`set role ${rows[0]?.owner}`)
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  try {
    await client.query('begin')
    const before = await transactionId(client)
    await client.query(file.sql)
    if ((await transactionId(client)) !== before)
      throw new MigrationError(`${pathOf(file)} ends its own transaction; take BEGIN, COMMIT and ROLLBACK out of it.`)
    await client.query('insert into migration.applied (source, name, sha256) values ($1, $2, $3)', [
      file.source,
      file.name,
      file.sha256,
    ])
    await client.query('commit')
  } catch (error) {
    // The transaction ends with the connection, which the caller closes.
    throw error instanceof MigrationError ? error : broken(file, error as Error)
  }
}

async function transactionId(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('select pg_current_xact_id()::text as id')
  return rows[0]!.id
}

function broken(file: MigrationFile, error: Error & { position?: string; code?: string }): MigrationError {
  const line =
    error.position === undefined ? '' : ` at line ${file.sql.slice(0, Number(error.position)).split('\n').length}`
  const remedy =
    error.code === '55P03' ? 'another transaction holds a lock for longer than 5 s: end it' : 'correct the file'
  return new MigrationError(
    `${pathOf(file)} failed${line} and left nothing behind (${error.message}); ${remedy} and migrate again.`,
    { cause: withoutValues(error) },
  )
}

function pathOf(file: MigrationFile): string {
  return `${file.source}/${file.name}`
}
