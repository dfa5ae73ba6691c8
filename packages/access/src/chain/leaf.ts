import { isUtf8 } from 'node:buffer'
import { hash as digest } from 'node:crypto'

/** A producer: who recorded, in which epoch of its database. */
export interface Producer {
  service: string
  /** Milliseconds since 1970 when the epoch was opened. */
  epoch: bigint
}

/** `intake/1767225600000` */
export function formatProducer({ service, epoch }: Producer): string {
  return `${service}/${epoch}`
}

/** Null when the text is not a producer in exactly the form that `formatProducer` gives. */
export function parseProducer(text: string): Producer | null {
  const match = /^([a-z][a-z0-9-]{0,47})\/([1-9][0-9]{0,18})$/.exec(text)
  return match ? { service: match[1]!, epoch: BigInt(match[2]!) } : null
}

/** The end of a chain: the last number and SHA-256 of the leaf there. */
export interface ChainHead {
  readonly seq: bigint
  readonly hash: Uint8Array
}

/** Stands for the leaf before the first. */
export const noHash: Uint8Array = new Uint8Array(32)
/** The head of a chain without leaves. */
export const emptyChain: ChainHead = { seq: 0n, hash: noHash }

/** A leaf as the relay makes and stores it. */
export interface StoredLeaf {
  readonly seq: bigint
  readonly prev: Uint8Array
  readonly bytes: Buffer
  /** SHA-256 of `bytes`. */
  readonly hash: Uint8Array
}

const beforeEntry = Buffer.from('{"entry":')
/** Entries are at most so long (audit.md section 2). */
export const maxEntryBytes = 16_384

/**
 * The leaf around an entry: the RFC 8785 form of `{entry, prev, producer, seq, v}`, made by putting bytes side by side, so that the entry
 * stays byte for byte what the answering process wrote.
 */
export function leafBytes(entry: Uint8Array, prev: Uint8Array, producer: string, seq: bigint): Buffer {
  return Buffer.concat([beforeEntry, entry, Buffer.from(tailOf(Buffer.from(prev).toString('base64'), producer, seq))])
}

function tailOf(prev: string, producer: string, seq: bigint): string {
  return `,"prev":"${prev}","producer":"${producer}","seq":"${seq}","v":1}`
}

/** Continues a chain by entries, in their order. */
export function extend(
  producer: string,
  head: ChainHead,
  entries: readonly Uint8Array[],
): { leaves: StoredLeaf[]; head: ChainHead } {
  let { seq, hash } = head
  const leaves = entries.map(entry => {
    const prev = hash
    const bytes = leafBytes(entry, prev, producer, ++seq)
    hash = sha256(bytes)
    return { seq, prev, bytes, hash }
  })
  return { leaves, head: { seq, hash } }
}

/** May these bytes be an entry? A JSON object of bounded length; whether it is a good one is its maker's business. */
export function isEntry(bytes: Uint8Array): boolean {
  return bytes.length <= maxEntryBytes && objectIn(bytes) !== null
}

/** A leaf as a reader has it. */
export interface Leaf extends StoredLeaf {
  readonly producer: string
  /** What the answering process wrote of the look. */
  readonly entry: Readonly<Record<string, unknown>>
}

const tail =
  /,"prev":"([A-Za-z0-9+/]{43}=)","producer":"([a-z][a-z0-9-]{0,47}\/[1-9][0-9]{0,18})","seq":"([1-9][0-9]{0,18})","v":1\}$/
const longestTail = 220

/**
 * Reads a leaf; null when the bytes are not exactly what `leafBytes` makes. What stands between head and tail is one JSON object, so nothing
 * can stand there that would make another reader see other members.
 */
export function readLeaf(bytes: Buffer): Leaf | null {
  const match = tail.exec(bytes.subarray(-longestTail).toString('latin1'))
  if (!match || !bytes.subarray(0, beforeEntry.length).equals(beforeEntry)) return null
  const [text, prevText, producer, seqText] = match as unknown as [string, string, string, string]
  const entry = objectIn(bytes.subarray(beforeEntry.length, bytes.length - text.length))
  const prev = Buffer.from(prevText, 'base64')
  // The last character of base64 has bits to spare: two texts for one hash would be two leaves.
  if (!entry || prev.toString('base64') !== prevText) return null
  return { producer, seq: BigInt(seqText), prev, bytes, hash: sha256(bytes), entry }
}

/** The entry's own bytes in a leaf, as its maker wrote them: the same in whatever chain they stand. Empty when the bytes are no leaf. */
export function entryIn(leaf: Uint8Array): Uint8Array {
  const match = tail.exec(Buffer.from(leaf.subarray(-longestTail)).toString('latin1'))
  return leaf.subarray(beforeEntry.length, match ? leaf.length - match[0].length : beforeEntry.length)
}

function objectIn(bytes: Uint8Array): Record<string, unknown> | null {
  if (bytes[0] !== 0x7b || !isUtf8(bytes)) return null
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
  } catch {
    return null
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return digest('sha256', bytes, 'buffer')
}
