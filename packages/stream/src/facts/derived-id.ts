import { createHash } from 'node:crypto'

/**
 * The id of a fact that follows from another one: the same cause and label give the same id for ever (uuid v8 of SHA-256), so that a
 * repeated effect writes nothing new.
 * @param causedBy id of the fact that caused it
 * @param label what tells facts of one cause apart, e.g. the fact's type
 */
export function derivedId(causedBy: string, label: string): string {
  // The length makes ('ab', 'c') and ('a', 'bc') different inputs.
  const digest = createHash('sha256').update(`${causedBy.length}:${causedBy}${label}`, 'utf8').digest()
  digest[6] = (digest[6]! & 0x0f) | 0x80
  digest[8] = (digest[8]! & 0x3f) | 0x80
  const hex = digest.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
