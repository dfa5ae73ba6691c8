import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { type Jwk, type Jwks, jweAlgorithms, publicJwks } from './jwks.ts'
import { maxPlaintextBytes, VaultError } from './vault-error.ts'

const { alg, enc } = jweAlgorithms
/** Base64url of the largest plaintext, and room for header, wrapped key and tag. */
const maxJweLength = Math.ceil((maxPlaintextBytes * 4) / 3) + 2_048

/**
 * Seals for a service: a compact JWE (RFC 7516), ECDH-ES+A256KW over X25519 and A256GCM, to the newest key of the set.
 * `typ` names what is inside and is authenticated. Throws `key-unknown` for an empty set, `plaintext-too-large`.
 */
export async function sealFor(jwks: Jwks, plaintext: Uint8Array, { typ }: { typ: string }): Promise<string> {
  if (plaintext.length > maxPlaintextBytes) {
    throw new VaultError(
      'plaintext-too-large',
      `A message of ${plaintext.length} bytes is over ${maxPlaintextBytes}; split it.`,
    )
  }
  const key = newest(publicJwks(jwks))
  return new CompactEncrypt(plaintext).setProtectedHeader({ alg, enc, kid: key.kid, typ }).encrypt({ ...key })
}

/**
 * Opens what `sealFor` sealed to one of our keys, and says no to any other algorithm. With `typ` it must be of that
 * type. Throws `key-unknown` when sealed to a key that we do not hold (any more), `ciphertext-invalid` for everything
 * else.
 */
export async function openFor(privateJwks: Jwks, jwe: string, expected: { typ?: string } = {}): Promise<Uint8Array> {
  const { kid, typ } = headerOf(jwe)
  if (expected.typ !== undefined && typ !== expected.typ) throw invalid('it is of another type')
  const key = privateJwks.keys.find(candidate => candidate.kid === kid && candidate.d !== undefined)
  if (key === undefined) {
    throw new VaultError(
      'key-unknown',
      'A message was sealed to a key that is not in the private set; give the service the set that still has it.',
    )
  }
  try {
    const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] }
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, { ...key }, options)
    if (protectedHeader.zip === undefined) return plaintext
  } catch {
    throw invalid('it was changed or is no message of ours')
  }
  throw invalid('it is compressed')
}

function headerOf(jwe: string): { kid?: string | undefined; typ?: string | undefined } {
  if (jwe.length > maxJweLength) throw invalid('it is too long')
  try {
    return decodeProtectedHeader(jwe)
  } catch {
    throw invalid('it is no JWE')
  }
}

function newest({ keys }: Jwks): Jwk {
  const [first, ...rest] = keys
  if (first === undefined)
    throw new VaultError('key-unknown', 'The key set is empty; publish the one that haven keys init wrote.')
  return rest.reduce((best, key) => (Date.parse(key.createdAt) >= Date.parse(best.createdAt) ? key : best), first)
}

function invalid(reason: string): VaultError {
  return new VaultError('ciphertext-invalid', `A message cannot be opened: ${reason}.`)
}
