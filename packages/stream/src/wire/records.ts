import type { OutgoingRecord } from '@haven/bus'
import type { FactRow } from '../relay/statements.ts'
import { formatStreamName, type StreamName } from '../steps/stream-name.ts'
import { headerNames } from './envelope.ts'

/** A fact as it travels: a CloudEvent in Kafka's binary mode and the stream's own headers. */
export function factRecord(
  stream: StreamName,
  row: FactRow,
  prev: string | null,
  isTombstone: boolean,
): OutgoingRecord {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: row.fact_id!,
    ce_source: `/services/${stream.service}`,
    ce_type: row.type,
    ce_subject: row.subject,
    ce_time: row.time.toISOString(),
    ce_partitionkey: row.key,
    ce_organisation: row.organisation,
    [headerNames.stream]: formatStreamName(stream),
    [headerNames.seq]: String(row.seq),
  }
  if (row.version !== null) headers.ce_sequence = row.version
  if (row.traceparent !== null) headers.ce_traceparent = row.traceparent
  if (prev !== null) headers[headerNames.prev] = prev
  const value = isTombstone || row.data === null ? null : Buffer.from(row.data, 'utf8')
  if (value === null) delete headers['content-type']
  return { key: row.key, headers, value }
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
