import { parseProducer, streamOf } from '@haven/access'
import type { OutgoingBatch } from '@haven/bus'
import { askRecord } from '@haven/stream/parts'

/** Asks a producer to send its chain again from a number on. */
export function askFor(producer: string, from: bigint): OutgoingBatch {
  const record = askRecord(streamOf(parseProducer(producer)!), from, 'audit.sequencer')
  return { topic: 'haven.resend', partition: 0, records: [record] }
}
