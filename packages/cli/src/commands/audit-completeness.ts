import type { Command } from 'commander'
import Type from 'typebox'
import { openRecordApi, type RecordOptions, withRecordOptions } from '../audit/connection.ts'
import { Completeness } from '../audit/record-api.ts'
import { timeOf } from '../audit/render.ts'
import type { Context } from '../context.ts'
import { tableLines } from '../table.ts'

const Instant = Type.Union([Type.String(), Type.Null()])
const Producers = Type.Object({
  items: Type.Array(
    Type.Object({
      producer: Type.String(),
      seq: Type.String(),
      headSeq: Type.String(),
      heardAt: Type.String(),
      silentSince: Instant,
    }),
  ),
})
const Known = Type.Object({
  completeness: Completeness,
  gaps: Type.Array(
    Type.Object({
      producer: Type.String(),
      first: Type.String(),
      last: Type.String(),
      openedAt: Type.String(),
      closedAt: Instant,
      outcome: Instant,
    }),
  ),
  misfits: Type.Array(
    Type.Object({ producer: Type.String(), seq: Type.String(), kind: Type.String(), foundAt: Type.String() }),
  ),
})

/** `haven audit completeness` */
export function addAuditCompleteness(audit: Command, context: Context): void {
  withRecordOptions(
    audit
      .command('completeness')
      .description('show how complete the record is: who writes it, what is missing, what did not fit'),
  ).action(async (options: RecordOptions) => {
    const api = openRecordApi(context, options)
    const known = await api.read(Known, '/completeness')
    const { items: producers } = await api.read(Producers, '/producers')
    if (options.json) return context.out(JSON.stringify({ ...known, producers }))
    context.out(known.completeness.line)
    const title = (text: string): void => context.out(`\n${text}`)
    title('Who writes entries, and how far their chains are checked')
    const columns = ['producer', 'checked up to', 'said to have sent', 'last heard (UTC)', 'silent since']
    print(
      columns,
      producers.map(one => [one.producer, one.seq, one.headSeq, timeOf(one.heardAt), timeOf(one.silentSince ?? '')]),
    )
    if (known.gaps.length > 0) {
      title('Numbers that were missing')
      const rows = known.gaps.map(gap => [
        gap.producer,
        `${gap.first} to ${gap.last}`,
        timeOf(gap.openedAt),
        gap.outcome ?? 'still missing',
      ])
      print(['producer', 'numbers', 'since (UTC)', 'what became of it'], rows)
    }
    if (known.misfits.length > 0) {
      title('What did not fit its chain, kept as evidence')
      print(
        ['producer', 'number', 'kind', 'found (UTC)'],
        known.misfits.map(one => [one.producer, one.seq, one.kind, timeOf(one.foundAt)]),
      )
    }
    function print(titles: readonly string[], rows: readonly string[][]): void {
      for (const line of tableLines(
        titles.map(name => ({ title: name })),
        rows,
      ))
        context.out(line)
    }
  })
}
