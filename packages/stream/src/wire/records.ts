import { type OutgoingRecord, toKafka } from '@haven/bus'
import type { CloudEvent } from '@haven/contracts'
import type { FactRow } from '../relay/statements.ts'
import { formatStreamName, type StreamName } from '../steps/stream-name.ts'
import { headerNames } from './envelope.ts'

/**
 * A fact as it travels: a CloudEvent in Kafka's binary mode and the stream's own headers.
 * @param known.prev id of the fact at the number before
 * @param known.sent the highest number ever sent: it travels with what is sent again, so that the newest record always names it
 */
export function factRecord(
  stream: StreamName,
  row: FactRow,
  known: { prev: string | null; sent: bigint },
  isTombstone: boolean,
): OutgoingRecord {
  const event: CloudEvent = {
    specversion: '1.0',
    id: row.fact_id!,
    source: `/services/${stream.service}`,
    type: row.type,
    subject: row.subject,
    time: row.time.toISOString(),
    organisation: row.organisation,
    ...(row.version === null ? {} : { sequence: row.version }),
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  }
  const own: Record<string, string> = {
    [headerNames.stream]: formatStreamName(stream),
    [headerNames.seq]: String(row.seq),
  }
  if (known.prev !== null) own[headerNames.prev] = known.prev
  if (known.sent > row.seq) own[headerNames.sent] = String(known.sent)
  const record = toKafka(event, { key: row.key, headers: own })
  if (isTombstone || row.data === null) return record
  // The text as it was written, not parsed and written anew.
  return {
    ...record,
    headers: { ...record.headers, 'content-type': 'application/json' },
    value: Buffer.from(row.data, 'utf8'),
  }
}

/** A head: the owner has sent everything up to `seq`, and will say so again in `dueMs`. */
export function headRecord(stream: StreamName, seq: bigint, factId: string | null, dueMs: number): OutgoingRecord {
  const name = formatStreamName(stream)
  const headers: Record<string, string> = {
    [headerNames.stream]: name,
    [headerNames.head]: String(seq),
    [headerNames.headDue]: String(dueMs),
  }
  if (factId !== null) headers[headerNames.headFact] = factId
  return { key: name, headers, value: null }
}

/** A consumer's ask on `haven.resend`. */
export function askRecord(stream: StreamName, from: bigint, by: string): OutgoingRecord {
  const name = formatStreamName(stream)
  return {
    key: name,
    headers: { [headerNames.stream]: name, [headerNames.from]: String(from), [headerNames.by]: by },
    value: null,
  }
}

/** Bytes that a record takes in a batch, a little more than exactly. */
export function sizeOf(record: OutgoingRecord): number {
  let bytes = 64 + record.key.length * 3 + (record.value?.length ?? 0)
  for (const [name, value] of Object.entries(record.headers)) bytes += name.length + value.length * 3 + 8
  return bytes
}
