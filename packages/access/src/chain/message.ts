import type { BusRecord, OutgoingRecord } from '@haven/bus'
import { accessTopicOf } from '@haven/contracts'
import { formatStreamName, parseStreamName, type StreamName } from '@haven/stream'
import { headerNames, readNumber } from '@haven/stream/parts'
import { frameEntries, splitFrames } from '../record/frames.ts'
import { formatProducer, type Leaf, type Producer, readLeaf, type StoredLeaf } from './leaf.ts'
import { readHead } from './signed-head.ts'

/** The header with the signed head of the chain, as it is after the message's last leaf. */
export const signedHeadHeader = 'haven-chain-head'

/** The stream that a producer's chain is: asks on `haven.resend` name it. */
export function streamOf({ service, epoch }: Producer): StreamName {
  return { service, epoch, topic: accessTopicOf(service), partition: 0 }
}

/**
 * A run of leaves as it travels: each leaf with its length before it.
 * @param note the signed head after the last leaf
 * @param sent the highest number ever sent: it travels with what is sent again, so that the newest record always names it
 */
export function runRecord(
  producer: Producer,
  leaves: readonly StoredLeaf[],
  note: string,
  sent: bigint,
): OutgoingRecord {
  const last = leaves.at(-1)!.seq
  const headers: Record<string, string> = {
    [headerNames.stream]: formatStreamName(streamOf(producer)),
    [headerNames.seq]: String(leaves[0]!.seq),
    [signedHeadHeader]: note,
  }
  if (sent > last) headers[headerNames.sent] = String(sent)
  return { key: producer.service, headers, value: frameEntries(leaves.map(leaf => leaf.bytes)) }
}

/** A head: the producer has sent everything up to `seq`, and will say so again in `dueMs`. */
export function headRecord(producer: Producer, seq: bigint, note: string, dueMs: number): OutgoingRecord {
  const headers = {
    [headerNames.stream]: formatStreamName(streamOf(producer)),
    [headerNames.head]: String(seq),
    [headerNames.headDue]: String(dueMs),
    [signedHeadHeader]: note,
  }
  return { key: producer.service, headers, value: null }
}

/** A head follows a run after so long (streams.md). */
const headAfterMs = 5_000

interface FromProducer {
  stream: StreamName
  /** `service/epoch` */
  producer: string
  /** The signed head that came with it, not verified: `verifyHead` does. */
  note: string
  /** The number that the note speaks of. */
  seq: bigint
  /** Base64 of the hash that the note speaks of. */
  hash: string
  /** The highest number that was ever sent. */
  sent: bigint
  /** Milliseconds until the producer speaks again. */
  dueMs: number
}

export type ChainMessage =
  | (FromProducer & { kind: 'run'; leaves: Leaf[] })
  | (FromProducer & { kind: 'head' })
  /** A head whose run is none: what stands under it is not what was signed. */
  | (FromProducer & { kind: 'unreadable'; value: Buffer })
  /** Not a message of a chain; `reason` is a code without anything from the record. */
  | { kind: 'foreign'; reason: 'no-stream' | 'other-partition' | 'other-owner' | 'no-head' | 'no-number' }

/** Reads a record of a topic of access entries. Never throws: anybody who reaches Kafka may have written it. */
export function readChainMessage(record: BusRecord): ChainMessage {
  const { headers } = record
  const stream = parseStreamName(headers[headerNames.stream] ?? '')
  if (!stream) return { kind: 'foreign', reason: 'no-stream' }
  if (stream.topic !== record.topic || stream.partition !== record.partition)
    return { kind: 'foreign', reason: 'other-partition' }
  if (stream.topic !== accessTopicOf(stream.service)) return { kind: 'foreign', reason: 'other-owner' }
  const note = headers[signedHeadHeader] ?? ''
  const head = readHead(note)
  const producer = formatProducer(stream)
  if (!head || head.producer !== producer) return { kind: 'foreign', reason: 'no-head' }
  const sent = readNumber(headers[headerNames.sent])
  const from = {
    stream,
    producer,
    note,
    seq: head.seq,
    hash: Buffer.from(head.hash).toString('base64'),
    sent: sent !== null && sent > head.seq ? sent : head.seq,
    dueMs: headAfterMs,
  }
  return headers[headerNames.head] === undefined ? readRun(record, from) : readOnlyHead(record, from)
}

function readOnlyHead({ headers }: BusRecord, from: FromProducer): ChainMessage {
  if (readNumber(headers[headerNames.head]) !== from.seq) return { kind: 'foreign', reason: 'no-number' }
  const due = Number(headers[headerNames.headDue])
  return { ...from, kind: 'head', dueMs: Number.isFinite(due) ? due : headAfterMs }
}

function readRun({ headers, value }: BusRecord, from: FromProducer): ChainMessage {
  const first = readNumber(headers[headerNames.seq]) ?? 0n
  const leaves = leavesIn(value)
  const isRun = leaves?.every((leaf, at) => leaf.producer === from.producer && leaf.seq === first + BigInt(at))
  if (!leaves || !isRun || leaves.at(-1)?.seq !== from.seq)
    return { ...from, kind: 'unreadable', value: value ?? Buffer.alloc(0) }
  return { ...from, kind: 'run', leaves }
}

function leavesIn(value: Buffer | null): Leaf[] | null {
  try {
    const leaves = splitFrames(value ?? Buffer.alloc(0)).map(readLeaf)
    return leaves.every(leaf => leaf !== null) ? leaves : null
  } catch {
    return null
  }
}
