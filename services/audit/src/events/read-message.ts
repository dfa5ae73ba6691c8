import { createHash, type KeyObject } from 'node:crypto'
import { readChainMessage, verifyHead } from '@haven/access'
import type { BusRecord } from '@haven/bus'
import type { Message } from '../domain/message.ts'

/** Public keys of each service's chain. */
export type ChainKeys = ReadonlyMap<string, readonly KeyObject[]>

/** Of a run that is none so much is kept as evidence, beside the hash of the whole. */
const keptBytes = 65_536

/** Why a record is passed over. */
export type Refusal = { readonly refused: string; readonly producer?: string }

/**
 * Reads a record of an access topic: a run of leaves under a head that its producer signed. What nobody signed is not taken, since anybody who reaches
 * Kafka may have written it; what a producer did send comes again when it is asked. Whether the leaves are those that were signed is the chain's to say.
 */
export function readMessage(record: BusRecord, keys: ChainKeys): Message | Refusal {
  const message = readChainMessage(record)
  if (message.kind === 'foreign') return { refused: message.reason }
  const { producer, note, dueMs } = message
  const head = verifyHead(note, keys.get(message.stream.service) ?? [])
  if (head === null) return { refused: 'not-signed', producer }
  const from = { producer, head, signedAt: head.signedAt, dueMs }
  if (message.kind !== 'unreadable') return { ...from, leaves: message.kind === 'run' ? message.leaves : [] }
  const hash = createHash('sha256').update(message.value).digest()
  return { ...from, leaves: [], unreadable: { hash, bytes: message.value.subarray(0, keptBytes) } }
}
