/**
 * `key-file-invalid` a key file is missing, malformed or open to others · `key-unknown` sealed or wrapped with a key
 * that we do not hold · `ciphertext-invalid` changed, cut, or sealed for another subject or context ·
 * `plaintext-too-large` over `maxPlaintextBytes` · `subject-unknown` no such subject was ever made · `shredded` its key
 * was destroyed.
 */
export type VaultErrorCode =
  | 'key-file-invalid'
  | 'key-unknown'
  | 'ciphertext-invalid'
  | 'plaintext-too-large'
  | 'subject-unknown'
  | 'shredded'

/**
 * Everything that goes wrong in the vault. The message names what to do and never holds a key, a plaintext or a
 * ciphertext.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** 256 KiB: what one sealed value may hold before sealing. A referral takes less than 16 KiB. */
export const maxPlaintextBytes = 262_144
