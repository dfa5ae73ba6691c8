import { databaseUrl } from '@haven/config'
import { type ServiceName, serviceNames } from '@haven/contracts'
import { createPool } from '@haven/db'
import { type Command, InvalidArgumentError } from 'commander'
import type { Pool } from 'pg'
import Type from 'typebox'
import { silentLog } from './context.ts'

/** The databases of an installation: one a service, and the one of people's keys. */
export const databaseNames = [...serviceNames, 'keys'] as const

/** One of {@link databaseNames}. */
export type DatabaseName = (typeof databaseNames)[number]

/** The setting that holds a database's URL, as the role that migrates it. */
export const databaseSetting = (name: DatabaseName): string => `HAVEN_${name.toUpperCase()}_DATABASE_URL`

/** Adds `[databases...]`, which names some of {@link databaseNames}. */
export function addDatabasesArgument(command: Command): Command {
  const collect = (name: string, before: DatabaseName[]): DatabaseName[] => {
    const known = databaseNames.find(database => database === name)
    if (known === undefined) throw new InvalidArgumentError(`name one of ${databaseNames.join(', ')}`)
    return [...before, known]
  }
  return command.argument('[databases...]', `${databaseNames.join(', ')}; all of them when none is named`, collect, [])
}

/** A schema of the URLs of some databases. */
export const databaseSchema = (names: readonly DatabaseName[]) =>
  Type.Object(
    Object.fromEntries(
      names.map(name => [databaseSetting(name), databaseUrl(`the database ${name} as its migrator role`)]),
    ),
  )

/** Says whether a text names a service. */
export const isServiceName = (name: string): name is ServiceName => (serviceNames as readonly string[]).includes(name)

/** Does some work on a database as its owner, whose member the migrator is, and disconnects. */
export async function asOwner<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const owner = await withPool(url, async pool => {
    const { rows } = await pool.query<{ owner: string }>(
      'select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()',
    )
    return rows[0]!.owner
  })
  const asRole = new URL(url)
  asRole.searchParams.set('options', `-c role=${owner}`)
  return withPool(asRole.href, work)
}

async function withPool<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool({
    url,
    applicationName: 'haven cli',
    max: 2,
    log: silentLog,
    timeouts: { connectMs: 5_000, statementMs: 10_000, lockMs: 5_000 },
  })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
