import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { malformed, readKeyFile } from './key-file.ts'

/** A key of 32 bytes with its name. The key object shows its bytes to no logger and no inspector. */
export interface SymmetricKey {
  readonly kid: string
  readonly key: KeyObject
  /** RFC 3339. */
  readonly createdAt: string
}

/** What stands in the file: `k` is base64url, as in a JWK. */
export interface SymmetricKeyFile {
  kid: string
  k: string
  createdAt: string
}

/** A new key for a file. */
export function newSymmetricKey(now: Date): SymmetricKeyFile {
  return { kid: newKid(), k: randomBytes(32).toString('base64url'), createdAt: now.toISOString() }
}

/** 72 random bits: kids never repeat and say nothing. */
export function newKid(): string {
  return randomBytes(9).toString('base64url')
}

/** Reads a key that `initKeys` wrote. Throws `VaultError('key-file-invalid')` with file and remedy. */
export async function readSymmetricKey(file: string): Promise<SymmetricKey> {
  const { kid, k, createdAt } = ((await readKeyFile(file, () => true)) ?? {}) as Partial<SymmetricKeyFile>
  if (typeof kid !== 'string' || kid === '' || typeof createdAt !== 'string' || !/^[\w-]{43}$/.test(k ?? ''))
    return malformed(file)
  return { kid, key: createSecretKey(Buffer.from(k!, 'base64url')), createdAt }
}
