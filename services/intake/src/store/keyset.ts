import { Prisma } from './generated/client.ts'

/** Where a page ended: lists are ordered by a time, then by id, since a time alone is shared by many. */
export interface Position {
  at: Date
  id: string
}

/** A page of a list. */
export interface Page {
  order: 'asc' | 'desc'
  after: Position | undefined
  limit: number
}

/** Conditions as one WHERE; undefined ones are left out. */
export function where(...conditions: (Prisma.Sql | undefined)[]): Prisma.Sql {
  return Prisma.sql`where ${Prisma.join(
    conditions.filter(condition => condition !== undefined),
    ' and ',
  )}`
}

/** The condition that a row lies beyond the page's beginning. */
export function beyond(time: Prisma.Sql, id: Prisma.Sql, { order, after }: Page): Prisma.Sql | undefined {
  if (after === undefined) return undefined
  const step = order === 'asc' ? Prisma.sql`>` : Prisma.sql`<`
  return Prisma.sql`(${time}, ${id}) ${step} (${after.at}, ${after.id}::uuid)`
}

/** Order and length of a page; one row more than `limit` says that there are more. */
export function ordered(time: Prisma.Sql, id: Prisma.Sql, { order, limit }: Page): Prisma.Sql {
  const direction = order === 'asc' ? Prisma.sql`asc` : Prisma.sql`desc`
  return Prisma.sql`order by ${time} ${direction}, ${id} ${direction} limit ${limit + 1}`
}
