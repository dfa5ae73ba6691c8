import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatabaseUrls, type MigrationSource, migrate, provision } from '@haven/db'
import { migrationsOf } from '@haven/stream'
import pg from 'pg'
import { testServices } from './services.ts'

export interface TestDatabase extends DatabaseUrls {
  /** The database's name in the cluster. */
  name: string
  /** A superuser's URL of this database, to look at it from the outside. */
  admin: string
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /** Instead of the service's own. */
  sources?: MigrationSource[]
  /** Schemas with grants, instead of the service's own and `stream`. */
  schemas?: string[]
}

/**
 * A migrated database of its own for a suite, copied from a template that is made once per run and set of migrations (30 ms
 * instead of a second). `service` is a service's name or `keys`; another name needs `sources`.
 */
export async function testDatabase(service: string, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { adminUrl, run } = testServices()
  const sources = options.sources ?? migrationsOf(service)
  const settings = {
    adminUrl,
    service,
    passwords: passwordsOf(adminUrl, service),
    ...(options.schemas && { schemas: options.schemas }),
  }
  const template = `test_${run}_tpl_${await fingerprint(service, sources, options.schemas)}`
  await withAdmin(adminUrl, async client => {
    // Held while the template is made: other workers wait, and a copy needs a template without connections.
    await client.query('select pg_advisory_lock(hashtext($1))', [template])
    const { rows } = await client.query(
      'select shobj_description(oid, $2) as state from pg_database where datname = $1',
      [template, 'pg_database'],
    )
    if (rows[0]?.state === 'complete') return
    await client.query(`drop database if exists ${template} with (force)`)
    const urls = await provision({ ...settings, database: template })
    await migrate({ url: urls.migrator, sources })
    await client.query(`comment on database ${template} is 'complete'`)
  })
  const name = `test_${run}_${randomBytes(5).toString('hex')}`
  const urls = await provision({ ...settings, database: name, template })
  return {
    ...urls,
    name,
    admin: atDatabase(adminUrl, name),
    drop: () => withAdmin(adminUrl, client => client.query(`drop database if exists ${name} with (force)`)),
  }
}

async function fingerprint(service: string, sources: MigrationSource[], schemas: string[] = []): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([service, schemas]))
  for (const { name, directory } of sources) {
    hash.update(name)
    for (const file of (await readdir(directory, { recursive: true })).sort()) {
      if (file.endsWith('.sql')) hash.update(file).update(await readFile(join(directory, file)))
    }
  }
  return hash.digest('hex').slice(0, 10)
}

/** Roles belong to the cluster and suites run side by side, so everybody in a cluster has to give them the same passwords. */
function passwordsOf(adminUrl: string, service: string): Record<keyof DatabaseUrls, string> {
  const password = (role: string) => createHmac('sha256', adminUrl).update(`${service}/${role}`).digest('base64url')
  return { migrator: password('migrator'), app: password('app'), relay: password('relay'), reader: password('reader') }
}

async function withAdmin(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'haven testkit' })
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function atDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}
