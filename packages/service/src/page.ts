import { Instant, limits, Uuid } from '@haven/contracts'
import { decodeCursor, encodeCursor } from '@haven/db'
import Type from 'typebox'

/** What the query of every list takes beside its filters. */
export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: limits.page.max, default: limits.page.default }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024, description: 'next of the page before' })),
  order: Type.Enum(['asc', 'desc'], { default: 'asc', description: 'desc is newest first' }),
}

/** `next` of the answer of every list. */
export const NextPage = Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page' })

const Cursor = Type.Object({ at: Instant(), id: Uuid() }, { additionalProperties: false })

/** Where a page of a list that is ordered by time begins. @throws Problem `validation-failed` at /cursor */
export function pagePosition(cursor: string | undefined): { at: Date; id: string } | undefined {
  if (cursor === undefined) return undefined
  const { at, id } = decodeCursor(Cursor, cursor)
  return { at: new Date(at), id }
}

/** Cuts the one row too many that says whether there are more; `next` is what `pagePosition` reads. */
export function cutPage<Row extends { id: string }>(
  rows: readonly Row[],
  limit: number,
  timeOf: (row: Row) => Date,
): { rows: readonly Row[]; next: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  const next = last === undefined ? null : encodeCursor({ at: timeOf(last).toISOString(), id: last.id })
  return { rows: rows.slice(0, limit), next }
}
