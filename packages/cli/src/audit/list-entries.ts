import type { Context } from '../context.ts'
import { openRecordApi, type RecordOptions } from './connection.ts'
import type { EntryPage, ListedEntry } from './record-api.ts'
import { entryLines } from './render.ts'

/** What every list of entries takes. */
export interface ListOptions extends RecordOptions {
  limit: number
  oldestFirst?: true
}

const longestPage = 100

/** Prints the entries of a path, page after page, and how complete that is. */
export async function printEntries(
  context: Context,
  path: string,
  filters: readonly string[],
  options: ListOptions,
): Promise<void> {
  const api = openRecordApi(context, options)
  const items: ListedEntry[] = []
  let page: EntryPage | undefined
  do {
    const query: [string, string][] = filters.map(filter => ['filter', filter])
    query.push(['limit', String(Math.min(options.limit - items.length, longestPage))])
    query.push(['order', options.oldestFirst ? 'asc' : 'desc'])
    if (page?.next) query.push(['cursor', page.next])
    page = await api.page(path, query)
    items.push(...page.items)
  } while (page.next !== null && items.length < options.limit)
  const { completeness, next } = page
  if (options.json) return context.out(JSON.stringify({ items, hasMore: next !== null, completeness }))
  if (items.length === 0) context.out('No entry is found.')
  else for (const line of entryLines(items, options.language)) context.out(line)
  if (next !== null) context.out(`There are more; --limit ${options.limit * 10} shows them.`)
  context.out(`Complete up to here: ${completeness.line}`)
}
