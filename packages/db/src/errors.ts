import { Problem, type ProblemCode } from '@haven/problem'
import { UntrustedDatabase } from './client.ts'

/**
 * A refusal by PostgreSQL or Prisma without the values it was about: the driver's errors carry rows and parameters
 * ('Key (name)=(…) already exists') and Prisma's print a call's arguments, whatever its `errorFormat`. Neither may
 * reach a log; `unitOfWork`, `readSnapshot` and `toProblem` let only this out.
 */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure'
  /**
   * PostgreSQL's SQLSTATE where there is one, else Prisma's own code (`P2025`: the row to change is not there) or the
   * name of its error.
   */
  readonly code: string
  readonly constraint: string | undefined

  constructor(code: string, constraint: string | undefined, origin: unknown) {
    const swallowed =
      code === '25P02' ? ': an earlier statement of this transaction failed and its error was swallowed' : ''
    super(`the database refused with ${code}${constraint === undefined ? '' : ` on ${constraint}`}${swallowed}`)
    this.code = code
    this.constraint = constraint
    const frames = origin instanceof Error ? (origin.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)) : []
    this.stack = [`${this.name}: ${this.message}`, ...frames].join('\n')
  }
}

interface Shape {
  sqlState?: string | undefined
  constraint?: string | undefined
  /** The adapter's word for what happened; socket errors have no SQLSTATE. */
  kind?: string | undefined
  /** Codes of Node (`ECONNRESET`) and Prisma (`P2028`). */
  code?: string | undefined
  message: string
}

const connectionMessages =
  /^(timeout exceeded when trying to connect|connection terminated|client has encountered a connection error|query read timeout|client was closed|the database system is )/i
const connectionKinds = [
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]
const connectionCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2028',
]

/**
 * The one place that knows how errors of `pg`, of Prisma's adapter and of Prisma look: `P2002` and `P2010` carry the
 * driver's cause in `meta.driverAdapterError`, a failure at COMMIT is a bare `DriverAdapterError`, `pg` alone throws a
 * `DatabaseError`.
 */
function shapeOf(error: unknown): Shape {
  const { code, message = '', constraint, meta, cause } = fields(error)
  const adapter = fields(fields(fields(meta).driverAdapterError).cause ?? cause)
  const sqlState = text(adapter.originalCode) ?? (isSqlState(code) ? text(code) : undefined)
  const said = text(adapter.originalMessage) ?? String(message)
  const named =
    text(fields(adapter.constraint).index) ??
    text(constraint) ??
    (sqlState?.startsWith('23') ? quotedConstraint(said) : undefined)
  return { sqlState, constraint: named, kind: text(adapter.kind), code: text(code), message: said }
}

/** The constraint that refused a row, or undefined. CHECK constraints are named in PostgreSQL's message only. */
export function constraintOf(error: unknown): string | undefined {
  return shapeOf(error).constraint
}

/** PostgreSQL's five letters of what went wrong, or undefined when the error is not one of PostgreSQL's. */
export function sqlStateOf(error: unknown): string | undefined {
  return shapeOf(error).sqlState
}

/** 40001 (serialization) and 40P01 (deadlock): the transaction had no effect and the same work may succeed at once. */
export function isConflict(error: unknown): boolean {
  const { sqlState } = shapeOf(error)
  return sqlState === '40001' || sqlState === '40P01'
}

/**
 * The database is away, not to be entered, overloaded, too slow, or a conflict stays: later the same work may succeed.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'unavailable'
  // A certificate is renewed, an authority's file put right, while the service runs.
  if (error instanceof UntrustedDatabase) return true
  const shape = shapeOf(error)
  // 08 connection, 28 a login that is refused (a password is being rotated), 3D000 no such database (it is being restored),
  // 53 resources, 57 operator intervention and time-outs, 55P03 lock time-out, 25P03 idle too long, 58 system.
  if (shape.sqlState !== undefined) return /^(08|28|3D000|40001|40P01|53|55P03|57|25P03|58)/.test(shape.sqlState)
  if (connectionKinds.includes(shape.kind ?? '') || connectionCodes.includes(shape.code ?? '')) return true
  return connectionMessages.test(shape.message)
}

/**
 * A failure in a word for a log line: PostgreSQL's or the driver's code, else a sentence of the driver that is known to
 * hold no value, else the error's name. Never another message: PostgreSQL quotes rows and Prisma prints arguments.
 */
export function reasonOf(error: unknown): string {
  const { sqlState, kind, code, message } = shapeOf(error)
  const sentence = connectionMessages.test(message) ? message : text(fields(error).name)
  return sqlState ?? kind ?? code ?? sentence ?? typeof error
}

/**
 * What to throw for a database's error: the problem that `map` names for its constraint, `unavailable` when later may
 * help, a `DatabaseFailure` without values for other refusals, and the error itself when it is none of the database's.
 * @example throw toProblem(error, { case_reference_key: 'conflict' })
 */
export function toProblem(error: unknown, map: Record<string, ProblemCode> = {}): unknown {
  if (error instanceof Problem) return error
  const { constraint } = shapeOf(error)
  const code = constraint === undefined ? undefined : map[constraint]
  if (code !== undefined) return new Problem(code, { cause: withoutValues(error) })
  if (isTransient(error))
    return new Problem('unavailable', { internal: `database: ${reasonOf(error)}`, cause: withoutValues(error) })
  return withoutValues(error)
}

/**
 * The error without rows, parameters and arguments; errors that are neither PostgreSQL's nor Prisma's are returned as
 * they are.
 */
export function withoutValues(error: unknown): unknown {
  if (error instanceof DatabaseFailure) return error
  const { sqlState, constraint, code } = shapeOf(error)
  const { name } = fields(error)
  if (sqlState !== undefined) return new DatabaseFailure(sqlState, constraint, error)
  return /^(PrismaClient|DriverAdapter)/.test(String(name))
    ? new DatabaseFailure(code ?? String(name), undefined, error)
    : error
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

// Prisma's own codes (P1xxx to P6xxx) have the same length; PostgreSQL's class P0 is PL/pgSQL's.
function isSqlState(code: unknown): boolean {
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(P[1-9]|E[A-Z]{4})/.test(code)
}

function quotedConstraint(message: string): string | undefined {
  return /constraint "([^"]+)"/.exec(message)?.[1]
}
