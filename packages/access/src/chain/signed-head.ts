import { hash as digest, type KeyObject, sign, verify } from 'node:crypto'
import { type ChainHead, formatProducer, type Producer, parseProducer } from './leaf.ts'

/** What a producer signed of its chain: everything up to `seq` is there, and ends in `hash`. */
export interface SignedHead extends ChainHead {
  readonly producer: string
  /** Milliseconds since 1970 when it was signed; null in a note of before heads said so. */
  readonly signedAt: number | null
}

// C2SP signed-note: text, an empty line, then a line a signature: '— ' name ' ' base64(key id, 4 bytes ‖ signature).
const ed25519 = 1
const dash = '— '

/** The name under which a service signs. */
export function signerOf(service: string): string {
  return `haven/${service}`
}

/**
 * The key as others' verifiers take it (C2SP signed-note): `haven/intake+<id>+<base64>`.
 */
export function verifierKey(service: string, publicKey: KeyObject): string {
  const name = signerOf(service)
  const encoded = Buffer.concat([Buffer.of(ed25519), rawKey(publicKey)])
  return `${name}+${keyId(name, publicKey).toString('hex')}+${encoded.toString('base64')}`
}

/**
 * A chain's head as a C2SP signed note of producer, number, hash and time.
 * @param signedAt milliseconds since 1970: who hears it again knows that nobody has said anything new
 */
export function signHead(
  producer: Producer,
  head: ChainHead,
  key: { privateKey: KeyObject; publicKey: KeyObject },
  signedAt: number,
): string {
  const text = textOf({ ...head, producer: formatProducer(producer), signedAt })
  const name = signerOf(producer.service)
  const signature = sign(null, Buffer.from(text), key.privateKey)
  const signed = Buffer.concat([keyId(name, key.publicKey), signature]).toString('base64')
  return `${text}\n${dash}${name} ${signed}\n`
}

/** Reads what a note says, whoever signed it; null when it is no note of a head in exactly the form that `signHead` gives. */
export function readHead(note: string): SignedHead | null {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:(0|[1-9][0-9]{0,14})\n)?\n/.exec(note)
  const producer = match && parseProducer(match[1]!)
  if (!producer) return null
  const signedAt = match[4] === undefined ? null : Number(match[4])
  const head = { producer: match[1]!, seq: BigInt(match[2]!), hash: Buffer.from(match[3]!, 'base64'), signedAt }
  return note.startsWith(`${textOf(head)}\n`) ? head : null
}

/**
 * Verifies a note against the published keys of the service that it names; null unless one of them signed it. Lines of other signers are
 * passed over, as the format demands.
 */
export function verifyHead(note: string, publicKey: KeyObject | readonly KeyObject[]): SignedHead | null {
  const head = readHead(note)
  if (!head) return null
  const text = Buffer.from(textOf(head))
  const name = signerOf(parseProducer(head.producer)!.service)
  const signatures = note.slice(note.indexOf('\n\n') + 2)
  if (!signatures.endsWith('\n')) return null
  const keys: readonly KeyObject[] = Array.isArray(publicKey) ? publicKey : [publicKey as KeyObject]
  const isSigned = signatures
    .slice(0, -1)
    .split('\n')
    .some(line => keys.some(key => isSignature(line, name, text, key)))
  return isSigned ? head : null
}

function isSignature(line: string, name: string, text: Buffer, key: KeyObject): boolean {
  const before = `${dash}${name} `
  if (!line.startsWith(before)) return false
  const signed = Buffer.from(line.slice(before.length), 'base64')
  if (signed.length !== 68 || signed.toString('base64') !== line.slice(before.length)) return false
  return signed.subarray(0, 4).equals(keyId(name, key)) && verify(null, text, key, signed.subarray(4))
}

function textOf({ producer, seq, hash, signedAt }: SignedHead): string {
  const time = signedAt === null ? '' : `${signedAt}\n`
  return `${producer}\n${seq}\n${Buffer.from(hash).toString('base64')}\n${time}`
}

function keyId(name: string, publicKey: KeyObject): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ed25519), rawKey(publicKey)])
  return digest('sha256', bytes, 'buffer').subarray(0, 4)
}

function rawKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')
}
