import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { malformed, readKeyFile } from './key-file.ts'
import { newKid } from './symmetric-key.ts'

/** An Ed25519 key of RFC 8037; `d` in private sets only. `createdAt` (RFC 3339) is ours: the newest key signs. */
export interface SigningJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  d?: string
  kid: string
  alg: 'EdDSA'
  use: 'sig'
  createdAt: string
}

/** A JSON Web Key Set (RFC 7517) of keys that sign. */
export interface SigningJwks {
  keys: SigningJwk[]
}

/** What a service signs with. The key object shows its bytes to no logger and no inspector. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** A set with one new private key. */
export function newSigningJwks(now: Date): SigningJwks {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const key = { kty: 'OKP', crv: 'Ed25519', x: x!, d: d!, kid: newKid(), alg: 'EdDSA', use: 'sig' } as const
  return { keys: [{ ...key, createdAt: now.toISOString() }] }
}

/** The set that others may have: everything but `d`. */
export function publicSigningJwks({ keys }: SigningJwks): SigningJwks {
  return { keys: keys.map(({ d: _, ...open }) => open) }
}

/** Reads a set, private or public. Throws `VaultError('key-file-invalid')` with file and remedy; a private one must be closed to others. */
export async function readSigningJwks(file: string): Promise<SigningJwks> {
  const keys = keysIn(await readKeyFile(file, content => keysIn(content).some(isPrivate)))
  return keys.length > 0 && keys.every(isSigningJwk) ? { keys } : malformed(file)
}

/** The newest key of a private set: it signs from now on. Throws `VaultError('key-file-invalid')` with file and remedy. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const { keys } = await readSigningJwks(file)
  const [first, ...rest] = keys.filter(isPrivate)
  if (!first) return malformed(file)
  const newest = rest.reduce(
    (best, key) => (Date.parse(key.createdAt) >= Date.parse(best.createdAt) ? key : best),
    first,
  )
  const privateKey = createPrivateKey({ key: { ...newest }, format: 'jwk' })
  return { kid: newest.kid, privateKey, publicKey: createPublicKey(privateKey) }
}

/** Every key of a set, to verify with: what an older key signed stays valid as long as the set names it. */
export async function readVerificationKeys(file: string): Promise<KeyObject[]> {
  const { keys } = publicSigningJwks(await readSigningJwks(file))
  return keys.map(key => createPublicKey({ key: { ...key }, format: 'jwk' }))
}

function keysIn(content: unknown): unknown[] {
  const keys = (content as { keys?: unknown } | null)?.keys
  return Array.isArray(keys) ? keys : []
}

function isPrivate(key: unknown): boolean {
  return (key as Partial<SigningJwk> | null)?.d !== undefined
}

function isSigningJwk(value: unknown): value is SigningJwk {
  const { kty, crv, x, d = '-'.repeat(43), kid, createdAt } = (value ?? {}) as Record<string, unknown>
  const point = /^[\w-]{43}$/
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof kid !== 'string' || typeof createdAt !== 'string') return false
  return point.test(String(x)) && point.test(String(d))
}
