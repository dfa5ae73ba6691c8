import { Instant, limits } from '@haven/contracts'
import { decodeCursor, encodeCursor, readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import type { Pool } from 'pg'
import Type, { type Static } from 'typebox'
import { type Filters, readFilters, windowOf } from '../../domain/filters.ts'
import { readCompleteness } from '../../store/completeness.ts'
import { listEntries } from '../../store/entry-view.ts'
import { Completeness, renderCompleteness } from '../completeness/completeness.ts'
import { Entry, renderEntry } from './entry.ts'

const closed = { additionalProperties: false } as const

/** What every list of entries takes. */
export const PageQuery = {
  filter: Type.Array(Type.String({ minLength: 1, maxLength: 320 }), {
    maxItems: 16,
    default: [],
    description:
      'key:value, repeated; keys are subject, actor, organisation, role, purpose, action, class, outcome, reason, ip, request, trace, from and to',
  }),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.page.max,
      description: `entries of a page, ${limits.page.default} unless told`,
    }),
  ),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024, description: 'next of the page before' })),
  order: Type.Enum(['asc', 'desc'], { default: 'desc', description: 'by time; desc is newest first' }),
}

/** The time that an answer looked through; null is without a bound. */
export const Window = Type.Object(
  { from: Type.Union([Instant(), Type.Null()]), to: Type.Union([Instant(), Type.Null()]) },
  { ...closed, description: 'the time that was looked through: what is older or younger is not in the answer' },
)

export const renderWindow = ({ window: { from, to } }: Search): Static<typeof Window> => ({
  from: from?.toISOString() ?? null,
  to: to?.toISOString() ?? null,
})

/** A page of entries; its items are those of one moment over all its pages. */
export const EntriesAnswer = Type.Object(
  {
    items: Type.Array(Entry),
    next: Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page' }),
    after: Type.Optional(Type.String({ description: 'where to go on following; only behind after' })),
    window: Type.Optional(Window),
    completeness: Completeness,
  },
  closed,
)

const Index = Type.String({ pattern: '^[0-9]{1,18}$' })
const Cursor = Type.Object({ at: Instant(), index: Index, size: Index, asked: Instant() }, closed)

export interface Asked {
  readonly filter: readonly string[]
  readonly limit?: number
  readonly cursor?: string
  readonly order: 'asc' | 'desc'
}

/** What is looked for, and in which time. */
export interface Search {
  readonly filters: Filters
  readonly window: { readonly from: Date | undefined; readonly to: Date | undefined }
  /** When it was asked for first. */
  readonly now: Date
}

/** Reads filters. @throws Problem `validation-failed` with a pointer to each that cannot be taken */
export function filtersOf(texts: readonly string[]): Filters {
  const { filters, flaws } = readFilters(texts)
  if (flaws.length === 0) return filters
  throw new Problem('validation-failed', {
    errors: flaws.map(({ at, detail }) => ({ pointer: `/filter/${at}`, detail })),
  })
}

/** Where a page begins, and when the first of its pages was asked for. */
export type PageStart = Static<typeof Cursor>

/** @throws Problem `validation-failed` at /cursor */
export const startOf = ({ cursor }: Pick<Asked, 'cursor'>): PageStart | undefined =>
  cursor === undefined ? undefined : decodeCursor(Cursor, cursor)

/** @param fixed stands in the path @throws Problem `validation-failed`, `window-too-long` */
export function searchOf({ filter }: Pick<Asked, 'filter'>, now: Date, fixed: Filters = {}): Search {
  const filters = { ...filtersOf(filter), ...fixed }
  const window = windowOf(filters, now)
  if (window === null) throw new Problem('window-too-long')
  return { filters, window, now }
}

/** One page of what is asked for. */
export async function pageOf(
  reader: Pool,
  search: Search,
  { limit = limits.page.default, order }: Asked,
  from: PageStart | undefined,
): Promise<Static<typeof EntriesAnswer>> {
  const { filters, window, now } = search
  return readSnapshot(reader, async client => {
    const known = await readCompleteness(client)
    // The pages that follow are cut where the first was: what comes in meanwhile would shift them.
    const size = from === undefined || BigInt(from.size) > known.size ? known.size : BigInt(from.size)
    const after = from && { at: new Date(from.at), index: BigInt(from.index) }
    const found = await listEntries(client, { filters, window, size, order, after, limit })
    const last = found.length > limit ? found[limit - 1] : undefined
    const next =
      last &&
      encodeCursor({
        at: last.at.toISOString(),
        index: String(last.index),
        size: String(size),
        asked: now.toISOString(),
      })
    return {
      items: found.slice(0, limit).map(renderEntry),
      next: next ?? null,
      window: renderWindow(search),
      completeness: renderCompleteness({ ...known, size }),
    }
  })
}
