// npm run bench [-- <name> … --quick]
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Failure } from '@haven/local'
import type { Bench, Measured } from './bench.ts'
import { commits } from './commits/commits.ts'
import { type Conditions, conditionsOf } from './conditions.ts'
import { type Judged, judge } from './figures/figures.ts'
import { amount, tableOf } from './figures/table.ts'
import { ingest } from './ingest/ingest.ts'
import { read } from './read/read.ts'
import { benchState } from './stand.ts'

const benches: readonly Bench[] = [read, commits, ingest]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, results: { type: 'string' } },
})
const unknown = positionals.filter(name => !benches.some(bench => bench.name === name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${benches.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const stopWithinMs = 15_000
const end = new AbortController()
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) {
  process.on(event, () => {
    end.abort(new Failure('The benchmark was ended early.', 'Nothing was written.'))
    setTimeout(() => process.exit(130), stopWithinMs).unref()
  })
}

// A quick run proves nothing and must not stand where proofs do.
const directory =
  values.results ?? (values.quick ? benchState('quick').directory : join(import.meta.dirname, '../../../bench/results'))
try {
  for (const bench of benches)
    if (positionals.length === 0 || positionals.includes(bench.name)) await measure(bench, directory)
} catch (error) {
  const { message, remedy, stack } = error as Failure
  console.error(remedy === undefined ? stack : `\n✖ ${message}\n  ${remedy}`)
  process.exitCode = end.signal.aborted ? 130 : 1
}
process.exit()

async function measure(bench: Bench, into: string): Promise<void> {
  const began = performance.now()
  const say = (line: string) => console.log(`${seconds(began).padStart(6)} s  ${bench.name}: ${line}`)
  const rounds = values.quick ? 2 : 5
  const conditions = conditionsOf(rounds)
  const measured = await bench.run({ rounds, shorter: values.quick ? 5 : 1, say, signal: end.signal })
  const rows = measured.rows.map(judge)
  console.log(`\n${tableOf(rows)}`)
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, `${bench.name}.md`), documentOf(bench, conditions, measured, rows))
  const json = { bench: bench.name, conditions: { ...conditions, ...measured.conditions }, rows }
  writeFileSync(join(into, `${bench.name}.json`), `${JSON.stringify(json, null, 2)}\n`)
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1_000).toFixed(1)
}

function documentOf(bench: Bench, conditions: Conditions, measured: Measured, rows: readonly Judged[]): string {
  const list = Object.entries({ ...conditions, ...measured.conditions })
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n')
  const [load] = conditions.loadBefore
  const busy =
    load! > conditions.cores / 2
      ? 'Something else ran on this machine meanwhile: absolute figures are lower than it can do.\n\n'
      : ''
  const runs = rows
    .flatMap(({ what, measured: one, baseline: other }) => [one, other].map(side => ({ what, ...side })))
    .map(({ what, name, runs: figures }) => `- ${what}, ${name}: ${figures.map(amount).join(', ')}`)
    .join('\n')
  return `# ${bench.name}\n\n${bench.about}\n\n${busy}${tableOf(rows)}\nMedians; the ratio is theirs, beside it the least and the greatest of one round.\n\n## Conditions\n\n${list}\n\n## Runs\n\n${runs}\n`
}
