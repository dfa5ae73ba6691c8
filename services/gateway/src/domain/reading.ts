import { type CloudEvent, limits } from '@haven/contracts'

/** A place in the structured form of an event, and what is wrong there. Never a value, never a name that only the caller knows. */
export interface Finding {
  readonly pointer: string
  readonly detail: string
}

/** What was sent, read: either an event that fits every schema, or all that is wrong with it. */
export type Reading =
  | { readonly event: CloudEvent }
  | { readonly errors: readonly Finding[]; readonly code?: 'event-type-unknown' }

/** The contracts' schemas as functions; no finding means that the value fits. */
export interface Schemas {
  envelope(event: object): Finding[]
  /** Findings with pointers below `data`; undefined for a type that nobody declares. */
  data(type: string, data: unknown): Finding[] | undefined
}

export type JsonObject = Record<string, unknown>

const unknownType: Finding = {
  pointer: '/type',
  detail: 'is not a type that is taken here; GET /event-types lists those that are, each with its schema and a sample',
}
const base64: Finding = {
  pointer: '/data_base64',
  detail: 'must be left out: an event carries JSON in data, since bytes in base64 cannot be checked against a schema',
}

/** Reads one event in the structured JSON form (CloudEvents JSON format 1.0, section 3). */
export function readStructured(value: unknown, schemas: Schemas): Reading {
  if (!isObject(value)) return { errors: [{ pointer: '', detail: 'must be one CloudEvent as a JSON object' }] }
  if (deeperThan(value, limits.depth)) {
    return { errors: [{ pointer: '', detail: `must not be nested deeper than ${limits.depth} levels` }] }
  }
  const { data_base64: bytes, ...attributes } = present(value)
  const errors = [...(bytes === undefined ? [] : [base64]), ...schemas.envelope(attributes)]
  if (errors.some(error => error.pointer === '/type')) return { errors }

  const dataErrors = schemas.data(String(attributes.type), attributes.data)
  if (dataErrors === undefined)
    return { errors: [...errors, unknownType], ...(errors.length ? {} : { code: 'event-type-unknown' }) }
  if (attributes.data === undefined) errors.push({ pointer: '/data', detail: 'is required' })
  else errors.push(...dataErrors.map(error => ({ ...error, pointer: `/data${error.pointer}` })))
  return errors.length > 0 ? { errors } : { event: attributes as CloudEvent }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// An attribute that is null counts as unset (JSON format, section 2.2), so that both spellings are the same event.
function present(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name, member]) => member !== null || name === 'data'))
}

/** Says whether a JSON value is nested deeper than `levels`; a scalar has depth 0. Recursion ends at that depth. */
export function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some(member => deeperThan(member, levels - 1))
}
