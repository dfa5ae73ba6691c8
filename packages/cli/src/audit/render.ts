import { type AuditEntry, type Language, sentenceOf } from '@haven/contracts'
import { type Column, tableLines } from '../table.ts'
import type { ListedEntry } from './record-api.ts'

const columns: readonly Column[] = [
  { title: 'index', isNumber: true },
  { title: 'when (UTC)' },
  { title: 'actor' },
  { title: 'people', isNumber: true },
  { title: 'what' },
]

/** Entries as a table in plain words, fitted to the terminal where there is one. */
export function entryLines(items: readonly ListedEntry[], language: Language, width?: number): string[] {
  const rows = items.map(item => cells(item, language))
  return tableLines(columns, rows, width === undefined ? {} : { width })
}

/** The same line by line, for what is not known as a whole: columns have the widths that entries mostly need. */
export function flowingEntries(language: Language, width?: number) {
  const layout = { leastWidths: [7, 19, 22, 6], ...(width !== undefined && { width }) }
  const [head] = tableLines(columns, [], layout)
  return {
    head: head ?? '',
    lines: (item: ListedEntry): string[] => tableLines(columns, [cells(item, language)], layout).slice(1),
  }
}

function cells({ index, entry }: ListedEntry, language: Language): (string | number)[] {
  const { occurredAt, actor, subjects } = entry as unknown as Partial<AuditEntry>
  return [index, timeOf(occurredAt), actor?.id ?? '-', subjects?.length ?? 0, sentenceFor(entry, language)]
}

/** An instant of an entry for people, to the second and in UTC; what is none is shown as it is. */
export const timeOf = (instant = ''): string =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+Z$/.test(instant) ? instant.slice(0, 19).replace('T', ' ') : instant

/** An entry in plain words; one of a later version may tell of an action that this command has no words for yet. */
export function sentenceFor(entry: ListedEntry['entry'], language: Language): string {
  try {
    return sentenceOf(entry as unknown as AuditEntry, language)
  } catch {
    return `${entry.action} (${entry.outcome})`
  }
}

/** Members in the order in which they are asked about; those of later versions follow. */
const order = [
  'id',
  'action',
  'class',
  'outcome',
  'reason',
  'actor',
  'onBehalfOf',
  'purpose',
  'legalBasis',
  'subjects',
  'resource',
  'fields',
  'resultCount',
  'range',
  'client',
  'session',
  'request',
  'trace',
  'cause',
]

/** Everything that one entry says. */
export function detailLines(
  { index, producer, seq, leafHash, entry }: ListedEntry,
  language: Language,
  width?: number,
): string[] {
  const { occurredAt, ...members } = entry
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  const rows = Object.entries({
    ...members,
    'in the log': `index ${index}`,
    'in the chain': `${producer}, number ${seq}`,
    leafHash,
  })
    .sort(([one], [other]) => place(one) - place(other))
    .flatMap(([name, value]) => textsOf(name, value).map((text, n) => [n === 0 ? name : '', text]))
  const layout = width === undefined ? {} : { width }
  const sentence = tableLines([], [[`${timeOf(occurredAt)} UTC`, sentenceFor(entry, language)]], layout)
  return [...sentence, '', ...tableLines([], rows, layout)]
}

/** A value as lines: a list has one for each, an object one for all its members. */
function textsOf(name: string, value: unknown): string[] {
  if (Array.isArray(value) && value.length === 0) return [name === 'subjects' ? 'nobody' : 'none']
  if (Array.isArray(value)) return value.map(String)
  if (typeof value !== 'object' || value === null) return [String(value)]
  const members = Object.entries(value).map(
    ([member, part]) => `${member} ${Array.isArray(part) ? part.join(', ') : part}`,
  )
  return [members.join('; ')]
}
