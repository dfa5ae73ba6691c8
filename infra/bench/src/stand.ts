import { join } from 'node:path'
import type { ServiceName } from '@haven/contracts'
import { consoleLog, forget, makeState, type RunFile, type State, System, statePaths, takeLock } from '@haven/local'
import pg from 'pg'

/** Where the benchmarks' own system keeps its data: beside that of `npm start`, begun anew each time. */
export function benchState(name: string): State {
  return statePaths(join(statePaths().directory, 'bench', name))
}

/** All of Haven as `npm start` runs it, for one benchmark. */
export interface Stand {
  readonly system: System
  readonly run: RunFile
  /** A superuser's connections to a service's database, to look at it from outside. */
  database(service: ServiceName): pg.Pool
  token(client: string, service: ServiceName): Promise<string>
}

// A benchmark asks more of one credential than anybody should.
const environment = { HAVEN_RATE_LIMIT_PER_MINUTE: '100000000' }

/** Takes a state directory for this process and clears what a benchmark that was killed left in it; the answer gives it back. */
export async function beginAnew(state: State): Promise<() => void> {
  makeState(state)
  const giveBack = takeLock(state.lock, () => '')
  await System.clear(state, consoleLog())
  forget(state)
  makeState(state)
  return giveBack
}

/** Starts the system, has `work` done on it, and stops it whatever comes of that; `signal` ends it early. Logs and data stay until the next time. */
export async function withSystem<T>(signal: AbortSignal, work: (stand: Stand) => Promise<T>): Promise<T> {
  const state = benchState('system')
  const giveBack = await beginAnew(state)
  Object.assign(process.env, environment)
  const system = new System(state, consoleLog())
  const pools = new Map<string, pg.Pool>()
  try {
    const run = await untilAborted(signal, system.start())
    const database = (service: ServiceName) => poolOf(pools, run, service)
    return await untilAborted(signal, work({ system, run, database, token: tokensOf(run) }))
  } finally {
    await system.stop()
    // Not waited for: who was ended early holds connections still, and their server has gone.
    for (const pool of pools.values()) pool.end().catch(() => undefined)
    giveBack()
  }
}

/** @throws the signal's reason as soon as it is aborted; what is under way then fails by itself */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  work.catch(() => undefined)
  return Promise.race([work, aborted])
}

function poolOf(pools: Map<string, pg.Pool>, run: RunFile, service: ServiceName): pg.Pool {
  const known = pools.get(service)
  if (known) return known
  const url = new URL(run.postgres.adminUrl)
  url.pathname = new URL(run.databases[service]!).pathname
  const pool = new pg.Pool({ connectionString: url.href, max: 4 })
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  pools.set(service, pool)
  return pool
}

function tokensOf(run: RunFile): Stand['token'] {
  return async (client, service) => {
    const { id, secret } = run.clients[client]!
    const answer = await fetch(run.tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `urn:haven:${service}` }),
    })
    const { access_token: token } = (await answer.json()) as { access_token?: string }
    if (token === undefined) throw new Error(`no token for ${client}: ${answer.status}`)
    return token
  }
}
