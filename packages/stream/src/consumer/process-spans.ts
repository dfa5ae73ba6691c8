import type { Work } from '@haven/db'
import { inSpan, readTraceparent, type Span, SpanKind } from '@haven/telemetry/spans'
import { messaging } from '../relay/send-spans.ts'
import type { NewFact, ReceivedFact, SqlTransaction } from '../types.ts'
import type { ConsumerOptions } from './options.ts'
import type { Carrier } from './receive.ts'
import type { Source } from './source.ts'

/** What is done with one fact, all attempts at it, follows from the send that brought it. */
export function processing<T>(
  { consumer, topic, partition }: Source,
  { factId, carrier }: { factId: string; carrier: Carrier },
  work: (traceparent: string | undefined, span: Span | undefined) => Promise<T>,
): Promise<T> {
  const attributes = {
    ...messaging('process', topic, partition),
    'messaging.consumer.group.name': consumer,
    'messaging.message.id': factId,
  }
  const parent = carrier.headers.ce_traceparent
  return inSpan(`process ${topic}`, { parent, kind: SpanKind.CONSUMER, attributes }, work)
}

// A type comes with the record: only what looks like one is shown.
const eventType = /^haven(\.[a-z]+){2,5}\.v[0-9]{1,4}$/

/** One run of the effect. What it causes follows from it, by the fact's `traceparent`. */
export function applying<Tx extends SqlTransaction>(
  { effect }: Pick<ConsumerOptions<Tx>, 'effect'>,
  fact: ReceivedFact,
  work: Work<Tx, NewFact>,
): Promise<void> {
  const attributes = eventType.test(fact.type) ? { 'haven.fact.type': fact.type } : {}
  return inSpan('apply fact', { parent: fact.traceparent, attributes }, traceparent =>
    effect(following(fact, traceparent), work),
  )
}

/** The fact as something that follows from a span. */
export function following(fact: ReceivedFact, traceparent: string | undefined): ReceivedFact {
  return traceparent === undefined ? fact : { ...fact, traceparent }
}

/** The trace of what a record brought, for a log line. */
export function traceIn({ headers }: Pick<Carrier, 'headers'>): { trace?: string } {
  const known = readTraceparent(headers.ce_traceparent)
  return known === undefined ? {} : { trace: known.traceId }
}
