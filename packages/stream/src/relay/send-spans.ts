import type { OutgoingBatch } from '@haven/bus'
import {
  beginSpan,
  failSpan,
  isSampled,
  readTraceparent,
  type Span,
  SpanKind,
  writeTraceparent,
} from '@haven/telemetry/spans'

const header = 'ce_traceparent'

/** The spans of one round's sends, to be ended when Kafka has answered. */
export interface SendSpans {
  end(): void
  fail(error: unknown): void
}

/**
 * Begins a span for the send of each record whose trace is kept, and lets the record name it: whoever applies the fact follows from this send of it. A fact
 * that is sent again has one for each send.
 */
export function beginSends(batches: readonly OutgoingBatch[]): SendSpans {
  const spans: Span[] = []
  for (const { topic, partition, records } of batches) {
    for (const { headers } of records) {
      const parent = readTraceparent(headers[header])
      if (parent === undefined || !isSampled(parent)) continue
      const span = beginSpan(`send ${topic}`, {
        parent: headers[header],
        kind: SpanKind.PRODUCER,
        attributes: { ...messaging('send', topic, partition), 'messaging.message.id': headers.ce_id! },
      })
      headers[header] = writeTraceparent(span.spanContext())
      spans.push(span)
    }
  }
  return {
    end() {
      for (const span of spans) span.end()
    },
    fail(error) {
      for (const span of spans) failSpan(span, error)
    },
  }
}

/** What OpenTelemetry calls a span's topic and partition. */
export function messaging(operation: 'send' | 'process', topic: string, partition: number) {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.type': operation,
    'messaging.operation.name': operation,
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
  }
}
