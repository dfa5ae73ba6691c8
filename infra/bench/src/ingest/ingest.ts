import type { Bench, BenchOptions, Measured } from '../bench.ts'
import { serverConditions } from '../conditions.ts'
import { surrogates } from '../entries.ts'
import { alternate } from '../figures/alternate.ts'
import type { Row } from '../figures/figures.ts'
import { type Stand, withSystem } from '../stand.ts'
import { copier } from './copy.ts'
import { ingestOnce } from './ingest-once.ts'
import { type Mix, mixes } from './mixes.ts'

const entries = 40_000
const people = 10_000

/** Entries on Kafka until they are stored and can be asked for, beside COPY of the rows that come of them. */
export const ingest: Bench = {
  name: 'ingest',
  about: `Entries lie on Kafka as intake's own relay chained, signed and sent them; the audit service, as \`npm start\` runs it, takes up reading. Measured from the first batch that stands in
the log to the last: reading, signatures, chains, leaves with their hashes read back, and the rows by which entries are found, all indexed and committed batch by batch. The baseline is COPY
(binary, by the server itself, from files in its cache) of the very same rows into tables of the same database with the same indexes and without partitions, in one transaction. Both sides' tables grow alike.`,
  run: options => withSystem(options.signal, stand => measure(stand, options)),
}

async function measure(stand: Stand, options: BenchOptions): Promise<Measured> {
  const known = surrogates(people)
  const copy = await copier(stand.database('audit'))
  const rows: Row[] = []
  for (const mix of mixes(known)) rows.push(await compare(stand, options, mix, copy))
  return { rows, conditions: await serverConditions(stand.run.postgres.adminUrl) }
}

async function compare(
  stand: Stand,
  { rounds, shorter, say }: BenchOptions,
  mix: Mix,
  copy: Awaited<ReturnType<typeof copier>>,
): Promise<Row> {
  const count = entries / shorter
  const once = async (): Promise<number> => {
    const { from, to, rate } = await ingestOnce(stand, mix, count)
    await copy.keep(from, to)
    say(`${mix.what}: ${Math.round(rate)} entries/s from Kafka`)
    return rate
  }
  // One more than is counted: it warms up, and gives the first COPY its rows.
  await once()
  const runs = await alternate(rounds, once, async () => {
    const rate = await copy.load()
    say(`${mix.what}: ${Math.round(rate)} entries/s by COPY`)
    return rate
  })
  await copy.load()
  return {
    what: mix.what,
    unit: 'entries/s',
    measured: { name: 'Kafka to log', runs: runs.measured },
    baseline: { name: 'COPY', runs: runs.baseline },
    demanded: 0.3,
  }
}
