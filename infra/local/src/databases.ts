import { topicsOf } from '@haven/contracts'
import { type DatabaseUrls, migrate, provision } from '@haven/db'
import { openStreams, serviceMigrations } from '@haven/stream'
import { vaultMigrations } from '@haven/vault'
import pg from 'pg'
import type { Secrets } from './secrets.ts'
import { services } from './services.ts'

const roles = ['migrator', 'app', 'relay', 'reader'] as const

/** Makes and migrates every database: one a service, and one for the keys of people. */
export async function prepareDatabases(adminUrl: string, secrets: Secrets): Promise<Record<string, DatabaseUrls>> {
  const names = [...services.map(({ name }) => name as string), 'keys']
  // One after the other: they share roles of the cluster and wait for the same locks.
  const databases: Record<string, DatabaseUrls> = {}
  for (const name of names) databases[name] = await prepareDatabase(adminUrl, name, secrets)
  return databases
}

async function prepareDatabase(adminUrl: string, name: string, secrets: Secrets): Promise<DatabaseUrls> {
  const passwords = Object.fromEntries(roles.map(role => [role, secrets.get(`database/${name}/${role}`)])) as Record<
    keyof DatabaseUrls,
    string
  >
  const urls = await provision({ adminUrl, database: name, service: name, passwords })
  await migrate({ url: urls.migrator, sources: name === 'keys' ? [vaultMigrations] : serviceMigrations(name) })
  return urls
}

/** Opens the first epoch of each service's streams. */
export async function openAllStreams(databases: Record<string, DatabaseUrls>): Promise<void> {
  for (const { name } of services) {
    await withPool(databases[name]!.relay, pool => openStreams({ pool, service: name, topics: topicsOf(name) }))
  }
}

async function withPool(url: string, work: (pool: pg.Pool) => Promise<unknown>): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => {})
  try {
    await work(pool)
  } finally {
    await pool.end()
  }
}
