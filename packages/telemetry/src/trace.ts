import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { beginSpan } from './spans.ts'
import { isSampled, writeTraceparent } from './traceparent.ts'

/** The trace of a request, the same wherever it is named: log lines, problems, entries, facts, spans. */
export interface RequestTrace {
  readonly traceId: string
  /** W3C Trace Context header value for what this request causes. */
  readonly traceparent: string
  /** The span that what this request causes follows from; absent where nobody keeps it. */
  readonly sampledSpanId?: string
  /** Ended with the answer. */
  readonly span: Span
}

const traces = new WeakMap<IncomingMessage, RequestTrace>()

// They come every few seconds and would drown what people did.
const probes: ReadonlySet<string | undefined> = new Set(['/livez', '/readyz', '/metrics'])

/** The trace of a request: continued from a valid `traceparent`, begun anew otherwise. The same for every call. */
export function traceOf(raw: IncomingMessage): RequestTrace {
  const known = traces.get(raw)
  if (known) return known
  const begun = begin(raw)
  traces.set(raw, begun)
  return begun
}

function begin(raw: IncomingMessage): RequestTrace {
  const span = probes.has(raw.url) ? noSpan : beginRequest(raw)
  // Nobody traces and nobody did before: the ids lead from an answer to its log lines.
  const context = isSpanContextValid(span.spanContext()) ? span.spanContext() : unkept()
  return {
    traceId: context.traceId,
    traceparent: writeTraceparent(context),
    ...(isSampled(context) && { sampledSpanId: context.spanId }),
    span,
  }
}

const noSpan = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

function beginRequest({ method = 'GET', headers: { traceparent } }: IncomingMessage): Span {
  const parent = typeof traceparent === 'string' ? traceparent : undefined
  return beginSpan(method, { parent, kind: SpanKind.SERVER, attributes: { 'http.request.method': method } })
}

function unkept(): SpanContext {
  return { traceId: randomHex(), spanId: randomHex().slice(16), traceFlags: TraceFlags.NONE }
}

// Several times cheaper than `randomBytes`, which goes to OpenSSL for each request.
function randomHex(): string {
  return randomUUID().replaceAll('-', '')
}
