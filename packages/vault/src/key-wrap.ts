import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { openBytes, sealBytes } from './cipher.ts'
import { framed } from './framing.ts'
import type { SymmetricKey } from './symmetric-key.ts'

/**
 * A new subject key, wrapped by the key-encryption key for one subject: moved to another subject's row it does not
 * open.
 */
export function wrapNewKey(kek: SymmetricKey, subject: string): Buffer {
  return sealBytes(kek.key, randomBytes(32), binding(kek, subject))
}

/** The subject's key. Throws `VaultError('ciphertext-invalid')` when the row was tampered with. */
export function unwrapKey(kek: SymmetricKey, subject: string, wrapped: Uint8Array): KeyObject {
  const raw = openBytes(kek.key, wrapped, binding(kek, subject))
  const key = createSecretKey(raw)
  raw.fill(0)
  return key
}

function binding(kek: SymmetricKey, subject: string): Buffer {
  return framed(['haven/subject-key', kek.kid, subject])
}
