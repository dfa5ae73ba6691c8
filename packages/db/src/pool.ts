import pg from 'pg'
import { DatabaseClient, refuseHalfTls } from './client.ts'
import { reasonOf } from './errors.ts'
import type { Log } from './log.ts'

/**
 * Limits of one connection in milliseconds; `connectMs + statementMs + lockMs` is what a request may lose to a sick
 * database.
 */
export interface PoolTimeouts {
  /** Waiting for a free connection or for a new one to be made. */
  connectMs: number
  /** One statement, by the server. */
  statementMs: number
  /** Waiting for a lock, by the server. */
  lockMs: number
  /** A transaction that does nothing, for instance because its process was paused. */
  idleInTransactionMs: number
}

/** 1.5 s in all, so that a caller gets its 503 before its own patience ends. */
export const defaultTimeouts: PoolTimeouts = {
  connectMs: 500,
  statementMs: 700,
  lockMs: 300,
  idleInTransactionMs: 5_000,
}

export interface PoolOptions {
  /** `postgresql://role:password@host:port/database`, `?sslmode=verify-full&sslrootcert=<file>` for TLS; an `options` parameter in it is kept. */
  url: string
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Connections at most, 10 unless told. */
  max?: number
  /**
   * Connections that stay open while nothing uses them; none unless told, then each goes after 30 s. One that has to be made while the machine is busy may not be
   * there within `connectMs`: whoever asked for it is refused, although others come free.
   */
  min?: number
  log: Log
  /** Relays and imports work in larger bites than a request. */
  timeouts?: Partial<PoolTimeouts>
  /** Statements are sent without waiting for the answers to those before: for whoever gives several at once, in one transaction. */
  pipeline?: boolean
}

/**
 * The pool every part of a service uses, Prisma included (`prismaAdapter`). Time-outs travel as `-c` options of the
 * connection: they hold for statements of any library and cost no round trip. A server that ends connections is logged,
 * never thrown.
 * @throws UntrustedDatabase for an `sslmode` that does not say whether the server is verified
 */
export function createPool(given: PoolOptions): pg.Pool {
  const { url, applicationName, max = 10, min = 0, log, timeouts, pipeline = false } = given
  const limits = { ...defaultTimeouts, ...timeouts }
  refuseHalfTls(url)
  const { connectionString, options } = withOptions(url, limits)
  const pool = new pg.Pool({
    Client: DroppingClient,
    connectionString,
    options,
    application_name: applicationName,
    max,
    min,
    pipeline,
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.statementMs + limits.lockMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  pool.on('error', error =>
    log.warn({ applicationName, cause: reasonOf(error) }, 'an idle database connection was lost'),
  )
  // A client that is checked out reports to itself; without a listener its error ends the process.
  pool.on('connect', client =>
    client.on('error', error =>
      log.warn({ applicationName, cause: reasonOf(error) }, 'a database connection was lost'),
    ),
  )
  return pool
}

/** Opens what a pool keeps, for a service that starts. Nobody waits: what is not to be had now is made when it is needed. */
export function openKept(pool: pg.Pool): void {
  const { min = 0 } = pool.options
  for (let n = 0; n < min; n++)
    pool.connect().then(
      client => client.release(),
      () => undefined,
    )
}

/**
 * Resolves when the database answers a query within the pool's time-outs; rejects with the driver's error otherwise.
 */
export async function pingDatabase(pool: pg.Pool): Promise<void> {
  await pool.query('select 1')
}

function withOptions(url: string, limits: PoolTimeouts): { connectionString: string; options: string } {
  const parsed = new URL(url)
  const own = parsed.searchParams.get('options')
  parsed.searchParams.delete('options')
  const settings = {
    statement_timeout: limits.statementMs,
    lock_timeout: limits.lockMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
  }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  return { connectionString: parsed.href, options: own === null ? options.join(' ') : `${options.join(' ')} ${own}` }
}

// When the network swallows packets the server's time-outs never arrive. `query_timeout` then ends the wait, but pg
// leaves the connection in use with the statement pending; a transaction that returned it to the pool would poison the
// next caller.
class DroppingClient extends DatabaseClient {
  constructor(config?: pg.ClientConfig) {
    super(config)
    const query = this.query.bind(this) as (...args: unknown[]) => unknown
    this.query = ((...args: unknown[]) => {
      const result = query(...args)
      if (result instanceof Promise)
        result.catch((error: Error) => error.message === 'Query read timeout' && this.drop())
      return result
    }) as typeof this.query
  }

  private drop(): void {
    ;(this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  }
}
