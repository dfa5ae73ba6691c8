import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { topicsOf } from '@haven/contracts'
import { type DatabaseUrls, type MigrationSource, migrate, provision } from '@haven/db'
import { openStreams } from '@haven/stream'
import pg from 'pg'
import { demoPartners } from './demo.ts'
import type { Secrets } from './secrets.ts'
import { services } from './services.ts'
import { root } from './state.ts'

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
  await migrate({ url: urls.migrator, sources: migrationSources(name) })
  return urls
}

/** Where a database's migrations lie, in the order in which they are applied. */
export function migrationSources(name: string): MigrationSource[] {
  if (name === 'keys') return [{ name: 'vault', directory: join(root, 'packages/vault/migrations') }]
  return [
    { name: 'stream', directory: join(root, 'packages/stream/migrations') },
    { name: 'record', directory: join(root, 'packages/access/migrations') },
    { name, directory: join(root, 'services', name, 'prisma/migrations') },
  ].filter(({ directory }) => existsSync(directory))
}

/** Opens the first epoch of each service's streams. */
export async function openAllStreams(databases: Record<string, DatabaseUrls>): Promise<void> {
  for (const { name } of services) {
    await withPool(databases[name]!.relay, pool => openStreams({ pool, service: name, topics: topicsOf(name) }))
  }
}

/** Registers the demo's partners; one that was disabled meanwhile stays so. */
export async function registerDemoPartners(databases: Record<string, DatabaseUrls>): Promise<void> {
  await withPool(databases.gateway!.app, async pool => {
    for (const { clientId, name, organisation, sources, referringOrganisations } of demoPartners) {
      await pool.query(
        `insert into gateway.partner (name, organisation, client_id, sources, referring_organisations) values ($1, $2, $3, $4, $5)
         on conflict (client_id) do update set sources = excluded.sources, referring_organisations = excluded.referring_organisations`,
        [name, organisation, clientId, sources, referringOrganisations],
      )
    }
  })
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
