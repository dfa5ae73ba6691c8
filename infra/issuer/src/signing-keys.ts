import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'

export interface IssuerKeys {
  jwks: { keys: JWK[] }
  cookieKeys: string[]
}

/** The provider's signing key, made once and kept (mode 0600), so that a token outlives a restart. */
export async function issuerKeys(directory: string): Promise<IssuerKeys> {
  const file = join(directory, 'keys.json')
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await newSigningKeys()), { mode: 0o600 })
  return JSON.parse(readFileSync(file, 'utf8')) as IssuerKeys
}

/** What `keys.json` holds. */
export async function newSigningKeys(): Promise<IssuerKeys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'ES256' }
  return { jwks: { keys: [key] }, cookieKeys: [randomBytes(32).toString('base64url')] }
}
