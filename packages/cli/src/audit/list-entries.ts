import Type from 'typebox'
import { Value } from 'typebox/value'
import type { Context } from '../context.ts'
import { CliFailure } from '../failure.ts'
import { openRecordApi, type RecordOptions } from './connection.ts'
import {
  Completeness,
  type EntryPage,
  Listed,
  type ListedEntry,
  Page,
  type Query,
  type RecordApi,
  Window,
} from './record-api.ts'
import { entryLines, flowingEntries, timeOf } from './render.ts'

/** What every list of entries takes. */
export interface ListOptions extends RecordOptions {
  limit: number
  all?: true
  oldestFirst?: true
}

const longestPage = 100
const Last = Type.Object({ entries: Type.Integer(), window: Type.Optional(Window), completeness: Completeness })

/** Prints the entries of a path, up to the limit or all of them, and how complete that is. */
export async function printEntries(
  context: Context,
  path: string,
  filters: readonly string[],
  options: ListOptions,
): Promise<void> {
  const api = openRecordApi(context, options)
  const query: Query = [
    ...filters.map(filter => ['filter', filter] as const),
    ['order', options.oldestFirst ? 'asc' : 'desc'],
  ]
  return options.all ? printAll(context, api, path, query, options) : printSome(context, api, path, query, options)
}

async function printSome(context: Context, api: RecordApi, path: string, query: Query, options: ListOptions) {
  const items: ListedEntry[] = []
  let page: EntryPage | undefined
  do {
    const limit = String(Math.min(options.limit - items.length, longestPage))
    page = await api.read(Page, path, [...query, ['limit', limit], ...cursorOf(page)])
    items.push(...page.items)
  } while (page.next !== null && items.length < options.limit)
  const { window, completeness, next } = page
  if (options.json) return context.out(JSON.stringify({ items, hasMore: next !== null, window, completeness }))
  if (items.length === 0) context.out('No entry is found.')
  else for (const line of entryLines(items, options.language, context.width)) context.out(line)
  if (next !== null) context.out(`There are more: --limit ${options.limit * 10} shows more of them, --all shows all.`)
  for (const line of standing(page)) context.out(line)
}

/** What an answer says of itself: which time it looked through, where that has a bound, and how complete the record is. */
function standing({ window, completeness }: Pick<EntryPage, 'window' | 'completeness'>): string[] {
  const { from = null, to = null } = window ?? {}
  const bounds = [from === null ? '' : ` from ${timeOf(from)}`, to === null ? '' : ` to ${timeOf(to)}`].join('')
  const looked = bounds === '' ? [] : [`Looked through:${bounds} UTC.`]
  return [...looked, `Complete up to here: ${completeness.line}`]
}

const cursorOf = (page: EntryPage | undefined): Query => (page?.next ? [['cursor', page.next]] : [])

/** As they come, so that the answer may be longer than memory; with --json an entry a line and nothing else. */
async function printAll(context: Context, api: RecordApi, path: string, query: Query, options: ListOptions) {
  const flow = flowingEntries(options.language, context.width)
  if (!options.json) context.out(flow.head)
  for await (const line of await api.lines(path, query, context.unread)) {
    if (Value.Check(Listed, line)) {
      for (const text of options.json ? [JSON.stringify(line)] : flow.lines(line)) context.out(text)
      continue
    }
    if (!Value.Check(Last, line)) break
    context.note(`${line.entries} ${line.entries === 1 ? 'entry' : 'entries'}.`)
    for (const text of standing(line)) context.note(text)
    return
  }
  if (context.unread?.aborted) return
  throw new CliFailure('The record broke off: what is printed is a part. Run the same command again.')
}
