import { createHmac } from 'node:crypto'
import { framed } from './framing.ts'
import type { SymmetricKey } from './symmetric-key.ts'

/** HMAC-SHA-256 over parts, 32 bytes. Each part is preceded by its length: ('ab', 'c') and ('a', 'bc') differ. */
export function hmac(key: SymmetricKey, ...parts: (string | Uint8Array)[]): Buffer {
  return createHmac('sha256', key.key).update(framed(parts)).digest()
}

/**
 * Names the construction below together with the rules of `normalise*`; it stands beside each stored value, and a
 * change of either makes it 2.
 */
export const blindIndexVersion = 1

/**
 * The blind index of an attribute, 32 bytes: equal for equal normalised values of one field, telling nothing to who
 * lacks the key. It still tells who has the table which rows are equal. Throws TypeError for '': everybody without the
 * attribute would be a duplicate of everybody else.
 */
export function blindIndex(key: SymmetricKey, field: string, normalised: string): Buffer {
  if (normalised === '') throw new TypeError(`the field ${field} is empty: store no index for it`)
  return hmac(key, 'haven/blind-index/1', field, normalised)
}
