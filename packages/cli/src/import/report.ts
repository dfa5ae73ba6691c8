import { tableLines } from '../table.ts'
import type { Endings } from './await-receipts.ts'
import type { Count } from './post-missing.ts'

/** What an import has to say. Without `counts` nothing was posted (a dry run), without `receipts` nobody waited. */
export interface ImportReport {
  quarter: string
  dryRun: boolean
  total: number
  people: ReadonlyMap<string, number>
  counts?: ReadonlyMap<string, Count>
  receipts?: Endings
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0)

const totals = (counts: ReadonlyMap<string, Count>) => ({
  present: sum([...counts.values()].map(count => count.present)),
  posted: sum([...counts.values()].map(count => count.posted)),
})

/** The answer of `--json`. */
export function reportJson({ quarter, dryRun, total, people, counts, receipts }: ImportReport): string {
  const responders = [...people].map(([responder, count]) => ({
    responder,
    people: count,
    ...pick(counts?.get(responder)),
  }))
  return JSON.stringify({
    quarter,
    dryRun,
    total,
    ...(counts ? totals(counts) : {}),
    responders,
    ...(receipts ? { receipts } : {}),
  })
}

const pick = (count: Count | undefined) => (count === undefined ? {} : { present: count.present, posted: count.posted })

/** The table for people. */
export function reportLines({ quarter, dryRun, total, people, counts, receipts }: ImportReport): string[] {
  const numbers = counts === undefined ? ['in file'] : ['in file', 'already there', 'posted']
  const columns = [{ title: `First responder, ${quarter}` }, ...numbers.map(title => ({ title, isNumber: true }))]
  const cells = (count: Count | undefined) => (counts === undefined ? [] : [count?.present ?? 0, count?.posted ?? 0])
  const rows = [...people].map(([responder, count]) => [responder, count, ...cells(counts?.get(responder))])
  const all = counts === undefined ? [] : Object.values(totals(counts))
  return [
    ...tableLines(columns, [...rows, ['Total', total, ...all]]),
    ...(dryRun ? ['Dry run: the file is good, nothing was posted.'] : []),
    ...(receipts === undefined
      ? []
      : [`Receipts: ${receipts.applied} applied, ${receipts.rejected} rejected, ${receipts.held} held.`]),
    ...(receipts?.held ? ['Held events wait for an operator: haven parked list.'] : []),
  ]
}
