import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Filters } from '../domain/filters.ts'
import { logId } from './log.ts'

/** Where a page ended: by time, then by index, among the entries that were there when the first page was read. */
export interface Position {
  readonly at: Date
  readonly index: bigint
}

export interface EntryPage {
  readonly filters: Filters
  readonly window: { readonly from: Date | undefined; readonly to: Date | undefined }
  /** Only entries below this index. */
  readonly size: bigint
  readonly order: 'asc' | 'desc'
  readonly after: Position | undefined
  readonly limit: number
}

/** An entry as it is stored. */
export interface FoundEntry {
  readonly index: bigint
  readonly at: Date
  /** Base64 SHA-256 of `leaf`. */
  readonly hash: string
  readonly leaf: Buffer
}

interface Row {
  idx: string
  at: Date
  leaf: Buffer
}

/** Columns of the projection that a filter compares as they are. */
const columns = {
  actor: 'actor',
  organisation: 'organisation',
  purpose: 'purpose',
  action: 'action',
  class: 'class',
  outcome: 'outcome',
  reason: 'reason',
  ip: 'ip',
  request: 'request',
  trace: 'trace',
} as const

/** The entries of a page, one more than `limit` when there are more. What is shown is the leaf; the projection only finds it. */
export async function listEntries(client: PoolClient, page: EntryPage): Promise<FoundEntry[]> {
  const { filters, window, size, order, after, limit } = page
  const { from, conditions, values, bind } = search(filters)
  conditions.push(`e.idx < ${bind(String(size))}::bigint`)
  if (window.from) conditions.push(`e.occurred_at >= ${bind(window.from)}`)
  if (window.to) conditions.push(`e.occurred_at < ${bind(window.to)}`)
  if (after) {
    const step = order === 'asc' ? '>' : '<'
    conditions.push(
      `(${from.time}, ${from.idx}) ${step} (${bind(after.at)}::timestamptz, ${bind(String(after.index))}::bigint)`,
    )
  }
  const found = `select e.idx, e.occurred_at from ${from.tables} where ${conditions.join(' and ')}
    order by ${from.time} ${order}, ${from.idx} ${order} limit ${limit + 1}`
  return readFound(client, found, values, `occurred_at ${order}, idx ${order}`)
}

/** Entries of indexes from `above` (exclusive) to `to` (inclusive) in the log's own order: what feeds follow. */
export async function followEntries(
  client: PoolClient,
  { filters, above, to, limit }: { filters: Filters; above: bigint; to: bigint; limit: number },
): Promise<FoundEntry[]> {
  const { from, conditions, values, bind } = search(filters)
  conditions.push(`e.idx > ${bind(String(above))}::bigint`, `e.idx <= ${bind(String(to))}::bigint`)
  if (filters.from) conditions.push(`e.occurred_at >= ${bind(filters.from)}`)
  if (filters.to) conditions.push(`e.occurred_at < ${bind(filters.to)}`)
  const found = `select e.idx, e.occurred_at from ${from.tables} where ${conditions.join(' and ')} order by e.idx limit ${limit}`
  return readFound(client, found, values, 'idx')
}

/** The entry of an id; null when there is none. Ids are random, so one is met twice only when somebody made it so; the first counts. */
export async function findEntry(client: PoolClient, id: string): Promise<FoundEntry | null> {
  const found = 'select e.idx, e.occurred_at from query.access_event e where e.id = $1 order by e.idx limit 1'
  return (await readFound(client, found, [id], 'idx'))[0] ?? null
}

function search(filters: Filters) {
  const values: unknown[] = []
  const bind = (value: unknown): string => `$${values.push(value)}`
  const conditions: string[] = []
  for (const [name, column] of Object.entries(columns)) {
    const value = filters[name as keyof typeof columns]
    if (value !== undefined) conditions.push(`e.${column} = ${bind(value)}`)
  }
  if (filters.role !== undefined) conditions.push(`${bind(filters.role)} = any(e.roles)`)
  if (filters.subject === undefined)
    return { from: { tables: 'query.access_event e', time: 'e.occurred_at', idx: 'e.idx' }, conditions, values, bind }
  conditions.push(`s.subject = ${bind(filters.subject)}::uuid`)
  // The time too, so that only one month is looked into.
  const tables = 'query.access_subject s join query.access_event e on e.occurred_at = s.occurred_at and e.idx = s.idx'
  return { from: { tables, time: 's.occurred_at', idx: 's.idx' }, conditions, values, bind }
}

async function readFound(client: PoolClient, found: string, values: unknown[], order: string): Promise<FoundEntry[]> {
  const { rows } = await client.query<Row>(
    `with found as materialized (${found})
     select f.idx::text, f.occurred_at as at, l.leaf from found f join ledger.entry l on l.log_id = ${logId} and l.idx = f.idx order by ${order
       .split(', ')
       .map(one => `f.${one}`)
       .join(', ')}`,
    values,
  )
  return rows.map(({ idx, at, leaf }) => {
    const hash = createHash('sha256').update(leaf).digest('base64')
    return { index: BigInt(idx), at, hash, leaf }
  })
}
