import {
  emitStatement,
  factCte,
  factInput,
  factParameters,
  factValues,
  type NewFact,
  type SqlTransaction,
} from '@haven/stream'
import { frameEntries } from './frames.ts'
import { recordStatement } from './recorder.ts'

/** An entry that a unit of work collects beside its facts. */
export interface NewEntry {
  readonly entry: Uint8Array
}

/** What a unit of work collects. */
export type Written = NewFact | NewEntry

const isEntry = (item: Written): item is NewEntry => 'entry' in item

/**
 * Writes facts and entries as the last, single statement of a unit of work (`writeLast`): no effect without its entry. With nothing collected a
 * statement is executed all the same, so that a transaction that failed unnoticed cannot end well.
 */
export async function writeWork(
  tx: Pick<SqlTransaction, '$executeRawUnsafe'>,
  items: readonly Written[],
): Promise<void> {
  const entries = items.filter(isEntry).map(({ entry }) => entry)
  const facts = items.filter((item): item is NewFact => !isEntry(item))
  const { text, values } = statementOf(facts, entries)
  await tx.$executeRawUnsafe(text, ...values)
}

function statementOf(facts: readonly NewFact[], entries: readonly Uint8Array[]): { text: string; values: unknown[] } {
  if (facts.length === 0) return entries.length === 0 ? { text: 'select 1', values: [] } : recordStatement(entries)
  if (entries.length === 0) return emitStatement(facts)
  return {
    text: `with ${factCte(`(select * from ${factInput(1)}) as given`)}, ${recordedCte(factParameters + 1)} select count(*)::int as written from fact_written`,
    values: [...factValues(facts), frameEntries(entries)],
  }
}

/** A common table expression that writes entries inside a larger statement; the parameter is `frameEntries` of them. */
export function recordedCte(parameter: number): string {
  return `recorded as (insert into record.outbox (batch) values ($${parameter}))`
}
