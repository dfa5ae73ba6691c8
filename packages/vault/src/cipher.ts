import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { VaultError } from './vault-error.ts'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
/** First byte of everything we seal, so that another algorithm can come beside this one. */
const version = 1
/** What sealing adds to a plaintext's length. */
export const overheadBytes = 1 + nonceBytes + tagBytes

/**
 * AES-256-GCM: version byte 1, 12 random bytes of nonce, ciphertext, 16 bytes of tag. `binding` and the version are
 * authenticated, not stored: who opens must know them. Random nonces are safe for 2^32 seals with one key (NIST SP
 * 800-38D, section 8.3); a subject's key sees far fewer, and the key-encryption key wraps once per subject.
 */
export function sealBytes(key: KeyObject, plaintext: Uint8Array, binding: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.concat([Buffer.of(version), binding]))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, body, cipher.getAuthTag()])
}

/**
 * Reverses `sealBytes`. Throws `VaultError('ciphertext-invalid')` for anything but what was sealed with this key and
 * this binding.
 */
export function openBytes(key: KeyObject, sealed: Uint8Array, binding: Uint8Array): Buffer {
  if (sealed.length < overheadBytes) throw invalid('it is too short')
  if (sealed[0] !== version) throw invalid('its format is newer than this program')
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.concat([Buffer.of(version), binding]))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    const plaintext = decipher.update(sealed.subarray(1 + nonceBytes, sealed.length - tagBytes))
    // In this mode nothing is left to come: it only compares the tag, and nothing is handed out before.
    decipher.final()
    return plaintext
  } catch {
    throw invalid('it was changed, or sealed for another subject or context')
  }
}

function invalid(reason: string): VaultError {
  return new VaultError('ciphertext-invalid', `A sealed value cannot be opened: ${reason}.`)
}
