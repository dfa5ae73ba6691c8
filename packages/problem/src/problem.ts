import type { BaseProblemCode } from './base-problems.ts'
import './base-problems.ts'
import { definitionOf } from './catalogue.ts'

/** Base codes complete in the editor; a service's own codes are strings checked when thrown. */
export type ProblemCode = BaseProblemCode | (string & {})

/** A field that is wrong: RFC 6901 pointer into the body (or `/name` of a parameter) and what is wrong with it. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

export interface ProblemOptions {
  /** Text for the caller; the definition's remedy when left out. Never personal data, never a value they sent. */
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  /** Headers of this answer, e.g. Retry-After; they win over the definition's. */
  readonly headers?: Readonly<Record<string, string>>
  /** Text for the log only. */
  readonly internal?: string
  readonly cause?: unknown
}

/**
 * An error with two texts: one for the caller, one for the log.
 * @throws TypeError when nobody defined the code: a typo must not become a new meaning.
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly internal: string | undefined

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const definition = definitionOf(code)
    if (!definition) throw new TypeError(`problem '${code}' is not in the catalogue; add it by defineProblems`)
    super(definition.title, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.status = definition.status
    this.title = definition.title
    this.detail = options.detail ?? definition.remedy
    this.errors = options.errors
    this.headers = { ...definition.headers, ...options.headers }
    this.internal = options.internal
  }
}
