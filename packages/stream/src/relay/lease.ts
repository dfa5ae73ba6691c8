import type { Pool, PoolClient } from 'pg'

/** The right to be the only one at some work: an advisory lock on a session of its own, which a paused process loses after 3 s. */
export interface Lease {
  /** Runs on the lease's session, one after the other. @throws LeaseLost when the session is gone */
  run<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
  alive(): boolean
  release(): Promise<void>
}

/** The session that held the lock has ended; another relay may have it. */
export class LeaseLost extends Error {
  constructor(options?: { cause?: unknown }) {
    super('the lease is lost', options)
    this.name = 'LeaseLost'
  }
}

const keepAliveMs = 1_000
// A stopped process gives back the row of the statement it was in before its lease lapses.
const settings = `set idle_session_timeout = '3s'; set idle_in_transaction_session_timeout = '2s'; set synchronous_commit = on`

/**
 * Takes the lease of a name, or answers null when another session has it. It only saves work: whoever holds it still guards what it
 * writes (the relay by numbered's primary key), since a paused holder may wake.
 */
export async function takeLease(pool: Pool, name = 'haven.stream.relay'): Promise<Lease | null> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtext($1)) as taken', [
      name,
    ])
    if (!rows[0]?.taken) {
      client.release()
      return null
    }
    await client.query(settings)
    return holdLease(client)
  } catch (error) {
    client.release(true)
    throw error
  }
}

function holdLease(client: PoolClient): Lease {
  let lost: unknown
  let released = false
  // pg wants one query at a time on a client.
  let last: Promise<unknown> = Promise.resolve()
  const lose = (error?: unknown): void => {
    lost ??= error ?? new Error('the session ended')
  }
  client.on('error', lose)
  client.on('end', lose)

  async function run<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const turn = last.then(async () => {
      if (lost !== undefined || released) throw new LeaseLost({ cause: lost })
      return work(client)
    })
    last = turn.catch(() => undefined)
    return turn
  }

  const timer = setInterval(() => run(one => one.query('select 1')).catch(lose), keepAliveMs)
  timer.unref()

  return {
    run,
    alive: () => lost === undefined && !released,
    async release() {
      if (released) return
      clearInterval(timer)
      await last
      released = true
      client.off('error', lose)
      client.off('end', lose)
      // The session has settings and a lock of its own: it must not go back into the pool.
      client.release(true)
    },
  }
}
