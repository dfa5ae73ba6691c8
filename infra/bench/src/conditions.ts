import { execFileSync } from 'node:child_process'
import { cpus, getPriority, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { kafkaVersion } from '@haven/local'
import pg from 'pg'

const root = join(import.meta.dirname, '../../..')

/** Under what the figures came about; absolute ones mean nothing without. */
export interface Conditions {
  readonly date: string
  /** With `+` when the checkout differed from it. */
  readonly commit: string
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  /** Averages over 1, 5 and 15 minutes before the bench began. */
  readonly loadBefore: readonly number[]
  /** Niceness of everything that was measured: below 0 it went before whatever else ran. */
  readonly nice: number
  readonly rounds: number
}

/** To be called before anything runs. */
export function conditionsOf(rounds: number): Conditions {
  return {
    date: new Date().toISOString(),
    commit: `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.version,
    loadBefore: loadavg().map(load => Math.round(load * 100) / 100),
    nice: getPriority(),
    rounds,
  }
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}

/** Which servers, and how PostgreSQL keeps what it commits. */
export async function serverConditions(adminUrl: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, current_setting(name) as setting from pg_settings
       where name in ('server_version', 'fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes', 'shared_buffers', 'max_wal_size')`,
    )
    return {
      kafka: kafkaVersion,
      ...Object.fromEntries(rows.map(({ name, setting }) => [`postgresql ${name}`, setting])),
    }
  } finally {
    await client.end()
  }
}
