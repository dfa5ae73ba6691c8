import type { SpanContext } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { spanAttributes } from './span-attributes.ts'

const listed: ReadonlySet<string> = new Set(spanAttributes)

/**
 * The part of a span that may leave the process: the attributes of `spanAttributes`, and of its end the code. Events, links, the words of a status and a
 * caller's `tracestate` stay, whoever put them there: a library that quotes what somebody gave must not be able to send it.
 */
export function listedSpan(span: ReadableSpan): ReadableSpan {
  const { name, kind, startTime, endTime, duration, ended, resource, instrumentationScope, parentSpanContext } = span
  return {
    ...{ name, kind, startTime, endTime, duration, ended, resource, instrumentationScope },
    spanContext: () => idsOf(span.spanContext()),
    ...(parentSpanContext && { parentSpanContext: idsOf(parentSpanContext) }),
    attributes: Object.fromEntries(Object.entries(span.attributes).filter(([attribute]) => listed.has(attribute))),
    status: { code: span.status.code },
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function idsOf({ traceId, spanId, traceFlags, isRemote }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags, ...(isRemote !== undefined && { isRemote }) }
}
