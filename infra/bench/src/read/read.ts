import { join } from 'node:path'
import { freePort, startNodeProgram } from '@haven/local'
import type { Bench, BenchOptions, Measured } from '../bench.ts'
import { serverConditions } from '../conditions.ts'
import { alternate } from '../figures/alternate.ts'
import type { Row } from '../figures/figures.ts'
import { holdLease } from '../hold-lease.ts'
import { benchState, type Stand, withSystem } from '../stand.ts'
import { successesOf } from './entries-made.ts'
import { isInLog } from './in-log.ts'
import { ask } from './load.ts'
import { referPeople } from './people.ts'

const people = 100
const connections = [1, 16, 64]
/** At 64 connections. */
const demanded = { live: 0.5, 'relay paused': 0.8 }
const seconds = 2

/** An audited read beside the same read unaudited. */
export const read: Bench = {
  name: 'read',
  about: `Two processes of intake on the same databases: the service as \`npm start\` runs it, and one that says of each request that its entry is committed already, so
that none is made, framed, committed or waited for. Everything else is in both: HTTP, verification of the token, decision, query, opening of sealed people, collection of whom
the answer shows, serialisation, log line, and the load generator on the same processors. 'Live' has the whole system running: the relay chains, signs and sends, Kafka stores, the audit
service appends; each run begins when the log holds everything that was answered before, so that what one side left to do does not burden the other. 'Relay paused' has the relay
stand by. The bench counts that the one made an entry for each answer and the other none.`,
  run: options => withSystem(options.signal, stand => measure(stand, options)),
}

/** One route under load. */
interface Route {
  readonly what: string
  readonly paths: readonly string[]
}

async function measure(stand: Stand, options: BenchOptions): Promise<Measured> {
  const { say, signal } = options
  say(`referring ${people} invented people`)
  const ids = await referPeople(stand, people)
  const routes: Route[] = [
    { what: 'GET /referrals/:id', paths: ids.map(id => `/referrals/${id}`) },
    { what: 'GET /referrals?limit=20', paths: ['/referrals?limit=20'] },
  ]
  const port = await freePort()
  const unaudited = await startNodeProgram(
    {
      name: 'intake without entries',
      program: 'infra/bench/src/read/unaudited-intake.ts',
      env: stand.system.environmentOf('intake', port),
      logFile: join(benchState('system').logs, 'unaudited-intake.log'),
      readyUrl: `http://127.0.0.1:${port}/readyz`,
      graceMs: 2_000,
      journal: { note: () => undefined, drop: () => undefined },
    },
    signal,
  )
  try {
    const urls = { measured: stand.run.services.intake.url, baseline: `http://127.0.0.1:${port}` }
    const rows = await compareModes(stand, { ...options, routes, urls })
    return { rows, conditions: await serverConditions(stand.run.postgres.adminUrl) }
  } finally {
    await unaudited.stop()
  }
}

interface Comparison extends BenchOptions {
  readonly routes: readonly Route[]
  readonly urls: { readonly measured: string; readonly baseline: string }
}

async function compareModes(stand: Stand, comparison: Comparison): Promise<Row[]> {
  await warmUp(stand, comparison)
  // Live first: the process that is measured has had the relay since its start. Once it has lost it, either of the two may get it.
  const live = await compareRoutes(stand, comparison, 'live')
  const resume = await holdLease(stand.database('intake'), 'haven.record.relay')
  try {
    return [...live, ...(await compareRoutes(stand, comparison, 'relay paused'))]
  } finally {
    await resume()
  }
}

async function compareRoutes(stand: Stand, comparison: Comparison, mode: keyof typeof demanded): Promise<Row[]> {
  const rows: Row[] = []
  for (const route of comparison.routes) {
    for (const n of connections) {
      const what = `${route.what}, ${n} connection${n === 1 ? '' : 's'}, ${mode}`
      comparison.say(what)
      const row = await compare(stand, comparison, { mode, route, n })
      rows.push({ what, ...row, ...(n === 64 && { demanded: demanded[mode] }) })
    }
  }
  return rows
}

async function compare(
  stand: Stand,
  { rounds, shorter, urls }: Comparison,
  { mode, route: { paths }, n }: { mode: keyof typeof demanded; route: Route; n: number },
): Promise<Omit<Row, 'what'>> {
  const headers = await headersOf(stand)
  let refusals = 0
  const rate = (url: string) => async (): Promise<number> => {
    if (mode === 'live') await isInLog(stand)
    const load = { url, paths, headers, connections: n, seconds: seconds / shorter }
    const { answers, refused, seconds: took } = await ask(load)
    refusals += refused
    return answers / took
  }
  const runs = await alternate(rounds, rate(urls.measured), rate(urls.baseline))
  return {
    unit: 'requests/s',
    measured: { name: 'audited', runs: runs.measured },
    baseline: { name: 'unaudited', runs: runs.baseline },
    ...(refusals > 0 && { note: `${refusals} requests were refused and are not counted` }),
  }
}

const atOnce = 16

/** Compiles what is hot, and sees to it that the two differ in nothing but their entries. @throws when they do not */
async function warmUp(stand: Stand, { routes, urls, say }: Comparison): Promise<void> {
  say('warming up')
  const headers = await headersOf(stand)
  const intake = stand.database('intake')
  for (const [side, url] of Object.entries(urls)) {
    // A process that compiles everything at once may call itself overloaded.
    for (const { paths } of routes) await ask({ url, paths, headers, connections: 2, seconds: 1 })
    const before = await successesOf(intake)
    let answers = 0
    for (const { paths } of routes)
      answers += (await ask({ url, paths, headers, connections: atOnce, seconds: 3 })).answers
    const made = (await successesOf(intake)) - before
    // An answer that the generator did not wait for has its entry all the same.
    const atMost = answers + 2 * atOnce * routes.length
    if (side === 'measured' ? made < answers || made > atMost : made > 0)
      throw new Error(`${made} entries were made for ${answers} answers (${side})`)
  }
}

async function headersOf({ token }: Stand): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await token('caseworker', 'intake')}`, 'purpose-of-use': 'assistance' }
}
