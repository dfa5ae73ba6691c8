import type { BusRecord } from '@haven/bus'
import { parseStreamName, type StreamName } from '../steps/stream-name.ts'

/** Headers of a stream beside CloudEvents' own. */
export const headerNames = {
  stream: 'haven-stream',
  seq: 'haven-seq',
  /** Id of the fact at seq - 1. */
  prev: 'haven-prev',
  /** In a fact that is sent again: the highest number that was ever sent. */
  sent: 'haven-sent',
  /** The number that a head speaks of; such a record carries no fact. */
  head: 'haven-head',
  /** Id of the fact at that number; absent at 0. */
  headFact: 'haven-head-fact',
  /** Milliseconds until the next head. */
  headDue: 'haven-head-due',
  /** In an ask: the first number that is missing, and who misses it. */
  from: 'haven-from',
  by: 'haven-by',
} as const

/** Bytes of a key. A parked event is found by it, and PostgreSQL indexes no text of more than 2.7 kB. */
export const maxKeyBytes = 1_000

export type Envelope =
  | { kind: 'fact'; stream: StreamName; seq: bigint; sent: bigint; prev: string | null; factId: string }
  | { kind: 'head'; stream: StreamName; seq: bigint; sent: bigint; factId: string | null; dueMs: number }
  /** Not a record of this protocol; `reason` is a code without anything from the record. */
  | {
      kind: 'foreign'
      reason: 'no-stream' | 'other-partition' | 'no-number' | 'no-fact-id' | 'nul-in-header' | 'key-too-long'
    }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const largest = 2n ** 63n - 1n

/** Reads what a record says of its stream. Never throws: anybody who reaches Kafka may have written it. */
export function readEnvelope(record: BusRecord): Envelope {
  const { headers } = record
  const stream = parseStreamName(headers[headerNames.stream] ?? '')
  if (!stream) return foreign('no-stream')
  if (stream.topic !== record.topic || stream.partition !== record.partition) return foreign('other-partition')
  // PostgreSQL's text holds no NUL: such a record could be neither applied nor parked.
  if (record.key?.includes('\0') || Object.values(headers).some(value => value.includes('\0')))
    return foreign('nul-in-header')
  if (Buffer.byteLength(record.key ?? '') > maxKeyBytes) return foreign('key-too-long')
  return headers[headerNames.head] === undefined ? readFact(stream, headers) : readHead(stream, headers)
}

function readFact(stream: StreamName, headers: Record<string, string>): Envelope {
  const seq = readNumber(headers[headerNames.seq])
  if (seq === null || seq === 0n) return foreign('no-number')
  const factId = headers.ce_id ?? ''
  if (!uuid.test(factId)) return foreign('no-fact-id')
  const prev = headers[headerNames.prev]
  const sent = readNumber(headers[headerNames.sent])
  return {
    kind: 'fact',
    stream,
    seq,
    sent: sent !== null && sent > seq ? sent : seq,
    prev: prev !== undefined && uuid.test(prev) ? prev : null,
    factId,
  }
}

function readHead(stream: StreamName, headers: Record<string, string>): Envelope {
  const seq = readNumber(headers[headerNames.head])
  if (seq === null) return foreign('no-number')
  const factId = headers[headerNames.headFact]
  const due = Number(headers[headerNames.headDue])
  return {
    kind: 'head',
    stream,
    seq,
    sent: seq,
    factId: factId !== undefined && uuid.test(factId) ? factId : null,
    dueMs: Number.isFinite(due) ? due : 0,
  }
}

/** A whole number from 0 to 2^63 - 1 without sign or leading zeros, or null. */
export function readNumber(text: string | undefined): bigint | null {
  if (text === undefined || !/^(0|[1-9][0-9]{0,18})$/.test(text)) return null
  const value = BigInt(text)
  return value <= largest ? value : null
}

function foreign(reason: Extract<Envelope, { kind: 'foreign' }>['reason']): Envelope {
  return { kind: 'foreign', reason }
}
