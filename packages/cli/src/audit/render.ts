import { type AuditEntry, type Language, sentenceOf } from '@haven/contracts'
import { tableLines } from '../table.ts'
import type { ListedEntry } from './record-api.ts'

const columns = [
  { title: 'index', isNumber: true },
  { title: 'when' },
  { title: 'actor' },
  { title: 'people', isNumber: true },
  { title: 'what' },
]

/** Entries as a table, one line each in plain words. */
export function entryLines(items: readonly ListedEntry[], language: Language): string[] {
  return tableLines(
    columns,
    items.map(item => cells(item, language)),
  )
}

/** One entry as a line of a feed, which has no widths to wait for. */
export const feedLine = (item: ListedEntry, language: Language): string => cells(item, language).join('  ')

function cells({ index, entry }: ListedEntry, language: Language): (string | number)[] {
  const { occurredAt, actor, subjects } = entry as unknown as Partial<AuditEntry>
  return [index, occurredAt ?? '', actor?.id ?? '-', subjects?.length ?? 0, sentence(entry, language)]
}

// An entry of a later version may tell of an action that this command has no words for yet.
function sentence(entry: ListedEntry['entry'], language: Language): string {
  try {
    return sentenceOf(entry as unknown as AuditEntry, language)
  } catch {
    return `${entry.action} (${entry.outcome})`
  }
}
