import type { SchemaError } from './pointer.ts'
import { pointersOf } from './pointers-of.ts'
import { Problem, type ProblemCode } from './problem.ts'

// Fastify's own codes and what they mean to a caller. Whatever is missing here is decided by its status.
const fastifyCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_NOT_FOUND: 'not-found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_INVALID_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'address-too-long',
  FST_ERR_HANDLER_TIMEOUT: 'unavailable',
}

const statusCodes: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed-request',
  404: 'not-found',
  413: 'body-too-large',
  414: 'address-too-long',
  415: 'unsupported-media-type',
  422: 'validation-failed',
  429: 'too-many-requests',
  503: 'unavailable',
}

interface Thrown {
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly validation?: readonly SchemaError[]
  readonly validationContext?: string
}

/** Any thrown value as a Problem: its own text reaches the caller only when it already is one. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as Thrown
  if (Array.isArray(thrown.validation)) return validationProblem(thrown.validation, thrown.validationContext)
  const byCode = typeof thrown.code === 'string' ? fastifyCodes[thrown.code] : undefined
  const byStatus = typeof thrown.statusCode === 'number' ? statusCodes[thrown.statusCode] : undefined
  return new Problem(byCode ?? byStatus ?? 'internal-error', { cause: error })
}

const places: Readonly<Record<string, string>> = {
  querystring: 'query parameter ',
  params: 'path parameter ',
  headers: 'header ',
}

function validationProblem(errors: readonly SchemaError[], context = 'body'): Problem {
  const place = places[context] ?? ''
  const fields = pointersOf(errors).map(({ pointer, detail }) => ({ pointer, detail: `${place}${detail}` }))
  return new Problem('validation-failed', { errors: fields })
}
