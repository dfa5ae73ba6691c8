import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { SpanAttributes } from './span-attributes.ts'
import { readTraceparent, writeTraceparent } from './traceparent.ts'

export { type Span, SpanKind } from '@opentelemetry/api'
export { isSampled, readTraceparent, writeTraceparent } from './traceparent.ts'

export interface SpanOptions {
  /** What it follows from, as a W3C `traceparent`; without one, or with what is none, a trace begins. */
  readonly parent: string | undefined
  readonly kind?: SpanKind
  /** Route templates, names of topics, codes, our own ids: never a value that somebody gave. What is not on the list never leaves. */
  readonly attributes?: SpanAttributes
  readonly startTime?: number | Date
}

/** Whose spans leave: those of this tracer alone. */
export const tracerName = 'haven'

/**
 * Begins a span. While no spans are exported it costs next to nothing and stands for its parent. Parents are named and never taken from the
 * surroundings: a span may follow from what another process did a day ago.
 */
export function beginSpan(name: string, { parent, ...options }: SpanOptions): Span {
  const known = readTraceparent(parent)
  const context = known === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, known)
  return trace.getTracer(tracerName).startSpan(name, { kind: SpanKind.INTERNAL, ...options }, context)
}

/** Ends a span that failed. Of the error it keeps a code or the class: a message may quote what somebody gave. */
export function failSpan(span: Span, error: unknown): void {
  span.setAttribute('error.type', typeOf(error))
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/**
 * Does work in a span of its own, which fails as the work does. The work gets the `traceparent` for what follows from it. What has no trace begins none
 * here: then there is no span.
 */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (traceparent: string | undefined, span: Span | undefined) => Promise<T>,
): Promise<T> {
  if (readTraceparent(options.parent) === undefined) return work(undefined, undefined)
  const span = beginSpan(name, options)
  try {
    const done = await work(writeTraceparent(span.spanContext()), span)
    span.end()
    return done
  } catch (error) {
    failSpan(span, error)
    throw error
  }
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[A-Za-z0-9_-]{1,60}$/.test(code) ? code : error.constructor.name || error.name
}
