import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { Failure, type Log, type StartContext } from './failure.ts'
import { freePort } from './ports.ts'
import { type PostgresHome, postgresHome, reachablePrograms } from './postgres-home.ts'
import { stopPostgresOrphan } from './postgres-orphan.ts'
import { postgresPrograms } from './postgres-programs.ts'
import { identify, type ProcessIdentity } from './process-identity.ts'
import { stopProcess } from './stop-process.ts'

export interface PostgresOptions extends StartContext {
  /** Where its password, log and (for an ordinary user) data live; made when missing, kept between starts. */
  dir: string
  /** A free one is taken when left out. */
  port?: number
  /** `<dir>/postgres.log` when left out. */
  logFile?: string
  /** More settings of postgresql.conf, e.g. { fsync: 'off' } for tests whose data may be lost with the machine. */
  settings?: Record<string, string>
}

export interface RunningPostgres {
  /** postgresql://postgres:…@127.0.0.1:<port>/postgres, a superuser's. */
  adminUrl: string
  port: number
  pid: number
  /** Resolves when the server is gone, by whatever cause. */
  exited: Promise<void>
  /** Ends open connections and stops within a few seconds. */
  stop(): Promise<void>
}

const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // TCP alone: a socket's path must stay below 108 bytes, which a deep checkout exceeds.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  huge_pages: 'off',
  jit: 'off',
  io_workers: '1',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A failed statement and the DETAIL of a violated constraint hold values, and values are people's.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/** Stops a PostgreSQL that a killed start left running on this directory, if there is one. */
export async function stopPostgresLeftIn(dir: string, log?: Log): Promise<void> {
  if (existsSync(dir)) await stopPostgresOrphan(postgresHome(dir).data, log)
}

/** Starts PostgreSQL 18 on loopback; an orphan of an earlier start in the same directory is stopped first. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const home = postgresHome(options.dir)
  const { native, version } = postgresPrograms()
  const programs = reachablePrograms(native, version, home.account)
  await stopPostgresOrphan(home.data, options.log)
  if (home.isForsaken) rmSync(home.data, { recursive: true, force: true })
  const password = superuserPassword(options.dir)
  if (!existsSync(join(home.data, 'PG_VERSION'))) await initialise(programs, home, password, options.signal)
  const port = options.port ?? (await freePort())
  const logFile = options.logFile ?? join(options.dir, 'postgres.log')
  const deadline = performance.now() + 30_000
  for (;;) {
    options.signal?.throwIfAborted()
    const child = launch(programs, home, logFile, { ...settings, ...options.settings, port: String(port) })
    const adminUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
    if (await answers(child, adminUrl, deadline, options.signal)) {
      return running(child, adminUrl, port)
    }
    // Backends of a killed server let go of its shared memory a moment after it; until then a new one refuses.
    if (performance.now() > deadline || !/shared memory block/.test(lastLines(logFile))) {
      throw new Failure(`PostgreSQL did not start: ${lastLines(logFile)}`, `See ${logFile}.`)
    }
    await sleep(300)
  }
}

function superuserPassword(dir: string): string {
  const file = join(dir, 'superuser-password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

async function initialise(programs: string, home: PostgresHome, password: string, signal?: AbortSignal): Promise<void> {
  // A start that was killed half-way left a directory that initdb refuses.
  rmSync(home.data, { recursive: true, force: true })
  const passwordFile = join(home.root, '.initial-password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (home.account) chownSync(passwordFile, home.account.uid, home.account.gid)
  const half = `${home.data}.new`
  rmSync(half, { recursive: true, force: true })
  const args = ['--pgdata', home.data, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  try {
    await promisify(execFile)(
      join(programs, 'bin', 'initdb'),
      [...args, '--data-checksums', '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'],
      {
        ...home.account,
        cwd: home.root,
        ...(signal && { signal }),
        env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
      },
    )
  } catch (cause) {
    rmSync(home.data, { recursive: true, force: true })
    const reason = String((cause as { stderr?: string }).stderr || cause)
      .trim()
      .split('\n')
      .at(-1)
    throw new Failure(`PostgreSQL's data directory could not be made: ${reason}`, 'Check free disk and rights there.', {
      cause,
    })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function launch(programs: string, home: PostgresHome, logFile: string, all: Record<string, string>): ChildProcess {
  const log = openSync(logFile, 'a', 0o600)
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A process group of its own: Ctrl-C in the terminal must reach the supervisor alone, which stops parts in order.
  const child = spawn(join(programs, 'bin', 'postgres'), ['-D', home.data, ...flags], {
    ...home.account,
    cwd: home.root,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  })
  closeSync(log)
  child.once('error', () => {})
  return child
}

async function answers(child: ChildProcess, url: string, deadline: number, signal?: AbortSignal): Promise<boolean> {
  while (!signal?.aborted && child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return true
    } catch {
      await sleep(30)
    } finally {
      await client.end().catch(() => {})
    }
  }
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGQUIT')
  signal?.throwIfAborted()
  return false
}

function running(child: ChildProcess, adminUrl: string, port: number): RunningPostgres {
  const pid = child.pid as number
  const identity: ProcessIdentity | undefined = identify(pid)
  const exited = new Promise<void>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })
  return {
    adminUrl,
    port,
    pid,
    exited,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint.
      if (identity) await stopProcess(identity, { with: 'SIGINT', graceMs: 5_000 })
    },
  }
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-2).join(' ') : 'it printed nothing'
}
