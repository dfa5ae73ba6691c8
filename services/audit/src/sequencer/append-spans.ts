import { beginSpan, readTraceparent, SpanKind } from '@haven/telemetry/spans'
import type { Leaf } from '../domain/leaf.ts'

/**
 * Ends the traces that are kept: a span for each entry that is now in the log, from the batch's begin on, which follows from the span that the entry was made
 * in. Where many entries come at once the exporter drops what its queue does not hold.
 */
export function showAppended(leaves: readonly Leaf[], begunMs: number): void {
  for (const { entry, producer, seq } of leaves) {
    if (entry.span === undefined) continue
    const parent = `00-${String(entry.trace)}-${String(entry.span)}-01`
    // Entries are kept as they came, whatever they say.
    if (readTraceparent(parent) === undefined) continue
    const attributes = { 'haven.producer': producer, 'haven.seq': String(seq) }
    beginSpan('append entry', { parent, kind: SpanKind.CONSUMER, attributes, startTime: begunMs }).end()
  }
}
