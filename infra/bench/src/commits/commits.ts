import { randomBytes } from 'node:crypto'
import { createRecorder, recordMigrations, recordStatement } from '@haven/access'
import { createPool, migrate, provision } from '@haven/db'
import { forget, startPostgres } from '@haven/local'
import type pg from 'pg'
import type { Bench, BenchOptions, Measured } from '../bench.ts'
import { serverConditions } from '../conditions.ts'
import { inventedEntry, surrogates } from '../entries.ts'
import { alternate } from '../figures/alternate.ts'
import type { Row } from '../figures/figures.ts'
import { beginAnew, benchState } from '../stand.ts'

const callers = [1, 16, 64, 256]
const seconds = 2
/** Beyond them more connections bring no more commits. */
const connections = 32

/** Group commits of the recorder beside one commit an entry. */
export const commits: Bench = {
  name: 'commits',
  about: `Callers that each record one entry after the other, in a process without anything else to do: by the recorder of @haven/access, which gathers what comes while a commit is
under way and has one connection, beside the same insert with a commit of its own for each entry, on up to ${connections} connections. Entries are made beforehand. Both wait for the disk. No relay runs.`,
  async run(options) {
    const state = benchState('commits')
    const giveBack = await beginAnew(state)
    const postgres = await startPostgres({ dir: state.postgres })
    try {
      const rows = await measure(postgres.adminUrl, options)
      return { rows, conditions: await serverConditions(postgres.adminUrl) } satisfies Measured
    } finally {
      await postgres.stop()
      forget(state)
      giveBack()
    }
  },
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

async function measure(adminUrl: string, { rounds, shorter, say, signal }: BenchOptions): Promise<Row[]> {
  const { app, admin } = await openDatabase(adminUrl)
  const [one, many] = [1, connections].map(max => createPool({ url: app, applicationName: 'bench', max, log }))
  const entry = inventedEntry(surrogates(1))
  let committed = 0
  const recorder = createRecorder({
    pool: one!,
    log,
    backlog: () => ({ full: false }),
    onCommit: () => committed++,
  })
  const single = { name: 'single', ...recordStatement([entry]) }
  const run = async (n: number, record: () => Promise<unknown>): Promise<number> => {
    signal.throwIfAborted()
    await admin.query('truncate record.outbox')
    return rateOf(n, seconds / shorter, record)
  }
  const rows: Row[] = []
  for (const n of callers) {
    say(`${n} callers`)
    const groups: number[] = []
    const group = async (): Promise<number> => {
      const began = performance.now()
      committed = 0
      const rate = await run(n, () => recorder.record([entry]))
      groups.push((committed * 1_000) / (performance.now() - began))
      return rate
    }
    const runs = await alternate(rounds, group, () => run(n, () => many!.query(single)))
    const what = `${n} caller${n === 1 ? '' : 's'}`
    const baseline = { name: 'one each', runs: runs.baseline }
    rows.push({ what, unit: 'entries/s', measured: { name: 'group', runs: runs.measured }, baseline })
    rows.push({ what, unit: 'commits/s', measured: { name: 'group', runs: groups }, baseline })
  }
  await recorder.close()
  await Promise.all([one, many, admin].map(pool => pool!.end()))
  return rows
}

/** Calls from so many callers at once, each one after the other; calls a second. */
async function rateOf(callersAtOnce: number, forSeconds: number, call: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  const until = began + forSeconds * 1_000
  let calls = 0
  const caller = async (): Promise<void> => {
    for (; performance.now() < until; calls++) await call()
  }
  await Promise.all(Array.from({ length: callersAtOnce }, caller))
  return (calls * 1_000) / (performance.now() - began)
}

async function openDatabase(adminUrl: string): Promise<{ app: string; admin: pg.Pool }> {
  const password = () => randomBytes(12).toString('hex')
  const passwords = { migrator: password(), app: password(), relay: password(), reader: password() }
  const urls = await provision({ adminUrl, database: 'intake', service: 'intake', passwords })
  await migrate({ url: urls.migrator, sources: [recordMigrations] })
  const url = new URL(adminUrl)
  url.pathname = '/intake'
  return { app: urls.app, admin: createPool({ url: url.href, applicationName: 'bench', max: 1, log }) }
}
