import pg from 'pg'
import { DatabaseClient } from './client.ts'
import { grantStatements } from './grants.ts'

/** The roles of a database that sign in: {@link DatabaseUrls} has one URL for each. */
export const databaseRoles = ['migrator', 'app', 'relay', 'reader'] as const

/** Connection URLs of one service's database, one per role. */
export interface DatabaseUrls {
  /** `haven migrate`: may become the owner, who owns every object. */
  migrator: string
  /** The service: SELECT, INSERT, UPDATE, DELETE on its schemas. */
  app: string
  /** The relay: the same on schema `stream` alone. */
  relay: string
  /** Operators and reports: SELECT. */
  reader: string
}

export interface ProvisionOptions {
  /** A superuser's URL; its password never leaves this call. */
  adminUrl: string
  /** The database to create or complete. */
  database: string
  /**
   * Prefix of the roles, which belong to the whole cluster: `intake_owner`, `intake_migrator`, `intake_app`,
   * `intake_relay`, `intake_reader`.
   */
  service: string
  /** Set on every call: provisioning again with others is how they are rotated. */
  passwords: Record<keyof DatabaseUrls, string>
  /** Schemas of the database; `<service>` and `stream` unless told, `vault` alone for the service `keys`. */
  schemas?: string[]
  /** Copies this database instead of an empty one when it has to be created. */
  template?: string
}

const identifier = /^[a-z][a-z0-9_]{0,47}$/

/**
 * Makes the roles, the database and its schemas with their grants, or completes what is there; safe to repeat and to
 * run twice at once. Nobody but the service's roles may connect, and nobody but the owner may create anything. Throws
 * on names that are not plain lower-case identifiers.
 */
export async function provision(options: ProvisionOptions): Promise<DatabaseUrls> {
  const { adminUrl, database, service } = options
  for (const name of [database, service, ...schemasOf(options)]) {
    if (!identifier.test(name))
      throw new Error(
        `${JSON.stringify(name)} is no name for a role, schema or database: use a-z, 0-9 and _, at most 48`,
      )
  }
  await withClient(adminUrl, async client => {
    // Roles are rows that two runs would both insert; the lock belongs to this session and ends with it.
    await client.query("select pg_advisory_lock(hashtext('haven.provision'))")
    await createRoles(client, options)
    await createDatabase(client, options)
  })
  await withClient(atDatabase(adminUrl, database), client => client.query(grantStatements(service, schemasOf(options))))
  const urlOf = (role: keyof DatabaseUrls): string => roleUrl(options, role)
  return { migrator: urlOf('migrator'), app: urlOf('app'), relay: urlOf('relay'), reader: urlOf('reader') }
}

function schemasOf({ service, schemas }: ProvisionOptions): string[] {
  return schemas ?? (service === 'keys' ? ['vault'] : [service, 'stream'])
}

async function createRoles(client: pg.Client, { service, passwords }: ProvisionOptions): Promise<void> {
  // Statements with a password stay out of the server's log, whatever it is told to write.
  await client.query(
    "set log_statement = 'none'; set log_min_error_statement = 'panic'; set log_min_duration_statement = -1",
  )
  const existing = await client.query('select rolname from pg_roles where rolname like $1', [`${service}\\_%`])
  const known = new Set(existing.rows.map(row => row.rolname as string))
  const ensure = (role: string, attributes: string) =>
    client.query(
      `${known.has(role) ? 'alter' : 'create'} role ${role} with ${attributes} nosuperuser nocreatedb nocreaterole noreplication nobypassrls`,
    )
  await ensure(`${service}_owner`, 'nologin')
  for (const role of databaseRoles) {
    await ensure(`${service}_${role}`, `login noinherit password ${pg.escapeLiteral(passwords[role])}`)
    // A refused row must not put a person's attributes into the server's log: neither the statement nor the detail.
    await client.query(
      `alter role ${service}_${role} set log_error_verbosity = 'terse'; alter role ${service}_${role} set log_min_error_statement = 'panic'`,
    )
  }
  await client.query(`grant ${service}_owner to ${service}_migrator with inherit false, set true`)
}

async function createDatabase(client: pg.Client, { database, service, template }: ProvisionOptions): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database])
  if (rowCount === 0)
    await client.query(
      `create database ${database} owner ${service}_owner${template === undefined ? '' : ` template ${pg.escapeIdentifier(template)}`}`,
    )
  else await client.query(`alter database ${database} owner to ${service}_owner`)
  await client.query(`revoke all on database ${database} from public`)
  await client.query(
    `grant connect on database ${database} to ${databaseRoles.map(role => `${service}_${role}`).join(', ')}`,
  )
}

function roleUrl({ adminUrl, database, service, passwords }: ProvisionOptions, role: keyof DatabaseUrls): string {
  const url = new URL(atDatabase(adminUrl, database))
  url.username = `${service}_${role}`
  url.password = encodeURIComponent(passwords[role])
  return url.href
}

function atDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

async function withClient(url: string, fn: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new DatabaseClient({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'haven provision',
  })
  client.on('error', () => {})
  await client.connect()
  try {
    await fn(client)
  } finally {
    await client.end()
  }
}
