import { type SpanContext, TraceFlags } from '@opentelemetry/api'

// W3C Trace Context level 1, section 3.2: version 00, ids not all zero.
const shape = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/** What a W3C `traceparent` names; undefined for what is none, since anybody may have written it. */
export function readTraceparent(text: unknown): SpanContext | undefined {
  const match = typeof text === 'string' ? shape.exec(text) : null
  if (!match) return undefined
  const [, traceId, spanId, flags] = match as unknown as [string, string, string, string]
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

/** The header's value for what follows from a span. */
export function writeTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`
}

/** Does somebody keep the spans of this trace? */
export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0
}
