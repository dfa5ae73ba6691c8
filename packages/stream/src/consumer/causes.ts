import { BusError } from '@haven/bus'
import { isTransient, sqlStateOf } from '@haven/db'
import type { Failure } from '../steps/failure.ts'
import { Poison } from '../types.ts'

/** Another process has moved the place: whatever this transaction did must not stand. */
export class PlaceMoved extends Error {
  constructor() {
    super('the place was moved by another process')
    this.name = 'PlaceMoved'
  }
}

// Statement and schema do not fit (42: no such table or column, no right to it; 3F: no such schema). They are a program's or an operator's doing,
// never the event's: parking would hold every event, one by one, for what one deployment or one restored database puts right.
const misfit = /^(42|3F)/

export function failureOf(error: unknown): Failure {
  if (error instanceof PlaceMoved) return 'moved'
  if (error instanceof Poison) return 'poison'
  if (isTransient(error) || misfit.test(sqlStateOf(error) ?? '')) return 'transient'
  if (error instanceof BusError && (error.transient || error.bars)) return 'transient'
  return 'other'
}

/** A code for operators: never a message, which may quote the event. */
export function causeOf(error: unknown): string {
  if (error instanceof Poison) return error.code
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string' && /^[a-z][a-z0-9-]{1,60}$/.test(code)) return code
  const sqlState = sqlStateOf(error)
  return sqlState === undefined ? 'effect-failed' : `database-${sqlState.toLowerCase()}`
}
