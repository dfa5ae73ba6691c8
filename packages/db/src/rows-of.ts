import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import { toProblem } from './errors.ts'

/** A statement with its parameters apart, such as ``Prisma.sql`…` ``. */
export interface Statement {
  /** With `$1`, `$2`, … for the parameters. */
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * The rows of one statement, which is a snapshot by itself: one way there and back, and PostgreSQL reads the text once for each connection. So texts must be
 * few: what differs from call to call is a parameter. Errors as in `readSnapshot`.
 */
export async function rowsOf<Row extends object>(
  pool: Pick<Pool, 'query'>,
  { text, values }: Statement,
): Promise<Row[]> {
  try {
    const { rows } = await pool.query<Row>({ name: nameOf(text), text, values: [...values] })
    return rows
  } catch (error) {
    throw toProblem(error)
  }
}

// Two texts under one name would be refused by the driver.
function nameOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
