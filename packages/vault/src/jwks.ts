import { exportJWK, generateKeyPair } from 'jose'
import { malformed, readKeyFile } from './key-file.ts'
import { newKid } from './symmetric-key.ts'

/** How values travel to a service: X25519, key agreement and wrapping of RFC 7518 and RFC 8037. */
export const jweAlgorithms = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', crv: 'X25519' } as const

/** An X25519 key of RFC 8037; `d` in private sets only. `createdAt` (RFC 3339) is ours: the newest key seals. */
export interface Jwk {
  kty: 'OKP'
  crv: 'X25519'
  x: string
  d?: string
  kid: string
  alg: typeof jweAlgorithms.alg
  use: 'enc'
  createdAt: string
}

/** A JSON Web Key Set (RFC 7517). */
export interface Jwks {
  keys: Jwk[]
}

/** A set with one new private key. */
export async function newJwks(now: Date): Promise<Jwks> {
  const { alg, crv } = jweAlgorithms
  const { privateKey } = await generateKeyPair(alg, { crv, extractable: true })
  const { x, d } = await exportJWK(privateKey)
  return { keys: [{ kty: 'OKP', crv, x: x!, d: d!, kid: newKid(), alg, use: 'enc', createdAt: now.toISOString() }] }
}

/** The set that others may have: everything but `d`. */
export function publicJwks({ keys }: Jwks): Jwks {
  return { keys: keys.map(({ d: _, ...open }) => open) }
}

/**
 * Reads a set, private or public. Throws `VaultError('key-file-invalid')` with file and remedy; a private one must be
 * closed to others.
 */
export async function readJwks(file: string): Promise<Jwks> {
  const content = await readKeyFile(file, holdsPrivateKey)
  const keys = keysIn(content)
  return keys.length > 0 && keys.every(isJwk) ? { keys } : malformed(file)
}

function holdsPrivateKey(content: unknown): boolean {
  return keysIn(content).some(key => (key as Partial<Jwk> | null)?.d !== undefined)
}

function keysIn(content: unknown): unknown[] {
  const keys = (content as { keys?: unknown } | null)?.keys
  return Array.isArray(keys) ? keys : []
}

function isJwk(value: unknown): value is Jwk {
  const { kty, crv, x, d = '-'.repeat(43), kid, createdAt } = (value ?? {}) as Record<string, unknown>
  const point = /^[\w-]{43}$/
  if (kty !== 'OKP' || crv !== jweAlgorithms.crv || typeof kid !== 'string' || typeof createdAt !== 'string')
    return false
  return point.test(String(x)) && point.test(String(d))
}
