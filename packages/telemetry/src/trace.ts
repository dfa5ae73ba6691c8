import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

interface TraceContext {
  readonly traceId: string
  /** W3C Trace Context header value for what this request causes. */
  readonly traceparent: string
}

// W3C Trace Context level 1, section 3.2: version 00, ids not all zero.
const shape = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/

const contexts = new WeakMap<IncomingMessage, TraceContext>()

/** The trace of a request: continued from a valid `traceparent`, begun anew otherwise. The same for every call. */
export function traceOf(raw: IncomingMessage): TraceContext {
  const known = contexts.get(raw)
  if (known) return known
  const begun = continueTrace(raw.headers.traceparent)
  contexts.set(raw, begun)
  return begun
}

function continueTrace(header: string | string[] | undefined): TraceContext {
  const match = typeof header === 'string' ? shape.exec(header) : null
  const traceId = match?.[1] ?? randomBytes(16).toString('hex')
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${match?.[2] ?? '00'}` }
}
