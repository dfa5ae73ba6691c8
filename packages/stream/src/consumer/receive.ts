import { formatStreamName, type StreamName } from '../steps/stream-name.ts'
import { type JsonObject, Poison, type ReceivedFact } from '../types.ts'

/** What is needed of a record to make a fact of it; a parked event keeps just this. */
export interface Carrier {
  key: string | null
  headers: Record<string, string>
  value: Buffer | null
}

const largestVersion = Number.MAX_SAFE_INTEGER

/**
 * Reads the CloudEvent (binary mode). @throws Poison `event-malformed` when an attribute is missing or the data is no JSON object
 */
export function readFact(
  stream: StreamName,
  seq: bigint,
  factId: string,
  { headers, value, key }: Carrier,
): ReceivedFact {
  const {
    ce_type: type,
    ce_source: source,
    ce_organisation: organisation,
    ce_time: time,
    ce_subject: subject,
  } = headers
  if (!type || !source || !organisation || !time || !subject || key === null) throw new Poison('event-malformed')
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) throw new Poison('event-malformed')
  return {
    ...outline(stream, seq, factId, { headers, value, key }),
    time: at,
    data: value === null ? null : readData(value),
  }
}

/** A fact's frame without its data: what can be said of an event that cannot be read. */
export function outline(stream: StreamName, seq: bigint, factId: string, { headers, key }: Carrier): ReceivedFact {
  const version = readVersion(headers.ce_sequence)
  return {
    id: factId,
    stream: formatStreamName(stream),
    seq,
    topic: stream.topic,
    key: key ?? '',
    type: headers.ce_type ?? '',
    subject: headers.ce_subject ?? '',
    source: headers.ce_source ?? '',
    organisation: headers.ce_organisation ?? '',
    ...(version === null ? {} : { version }),
    ...(headers.ce_traceparent === undefined ? {} : { traceparent: headers.ce_traceparent }),
    time: new Date(0),
    data: null,
  }
}

function readVersion(text: string | undefined): number | null {
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) return null
  const version = Number(text)
  return version <= largestVersion ? version : null
}

function readData(value: Buffer): JsonObject {
  let data: unknown
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch (cause) {
    // The parser's message quotes the data.
    throw new Poison('event-malformed', { cause: (cause as Error).name })
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new Poison('event-malformed')
  return data as JsonObject
}
