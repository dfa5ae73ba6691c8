import { fromKafka } from '@haven/bus'
import type { CloudEvent } from '@haven/contracts'
import { readTraceparent } from '@haven/telemetry/spans'
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
export function readFact(stream: StreamName, seq: bigint, factId: string, carrier: Carrier): ReceivedFact {
  const { data, time, subject, organisation } = readEvent(carrier)
  const at = new Date(time ?? '')
  if (!subject || typeof organisation !== 'string' || Number.isNaN(at.getTime()) || carrier.key === null)
    throw malformed()
  if (data !== undefined && (typeof data !== 'object' || data === null || Array.isArray(data))) throw malformed()
  return { ...outline(stream, seq, factId, carrier), time: at, data: (data as JsonObject | undefined) ?? null }
}

function readEvent(carrier: Carrier): CloudEvent {
  try {
    return fromKafka(carrier)
  } catch (cause) {
    throw malformed(cause)
  }
}

function malformed(cause?: unknown): Poison {
  return new Poison('event-malformed', cause === undefined ? {} : { cause })
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
    ...(readTraceparent(headers.ce_traceparent) ? { traceparent: headers.ce_traceparent! } : {}),
    time: new Date(0),
    data: null,
  }
}

function readVersion(text: string | undefined): number | null {
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) return null
  const version = Number(text)
  return version <= largestVersion ? version : null
}
