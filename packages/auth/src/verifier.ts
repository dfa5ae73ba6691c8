import { Problem } from '@haven/problem'
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, type RemoteJWKSet } from 'jose'
import { ClaimError, principalOf } from './claims.ts'
import { issuerKeys, unreachable } from './issuer-keys.ts'
import type { Principal } from './principal.ts'
import { VerifiedTokens } from './verified-tokens.ts'

export interface VerifierOptions {
  /** The identity provider's issuer URL, exactly as in its tokens. */
  readonly issuer: string
  /** This service: `urn:haven:<service>`. A token for a neighbour is refused. */
  readonly audience: string
  /** Whether tokens marked `demo: true` are accepted. */
  readonly allowDemo: boolean
  /** The claim that lists roles; `roles` when left out. */
  readonly rolesClaim?: string
}

export interface Verifier {
  /**
   * The caller behind an RFC 9068 access token.
   * @throws Problem `token-invalid` (always the same public text: why goes to the log only) or `identity-provider-unreachable`.
   */
  verify(token: string): Promise<Principal>
  /** Resolves when the issuer's keys have been found, for a readiness check. */
  ready(): Promise<void>
}

// Asymmetric only: with a symmetric algorithm in the list, whoever knows the public key could sign.
const algorithms = ['ES256', 'RS256', 'EdDSA', 'Ed25519']
const clockToleranceSeconds = 5
const maxTokenLength = 8_192

/** Verifies tokens of one issuer for one audience. Nothing is fetched before the first token. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, allowDemo, rolesClaim = 'roles' } = options
  const source = issuerKeys(issuer)
  const verified = new VerifiedTokens({ clockToleranceSeconds })

  async function payloadOf(token: string): Promise<JWTPayload> {
    const keys = await source.load()
    const { payload } = await jwtVerify(token, keyOf(keys), {
      issuer,
      audience,
      algorithms,
      typ: 'at+jwt',
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id'],
      clockTolerance: clockToleranceSeconds,
    })
    return payload
  }

  async function verifyAnew(token: string): Promise<Principal> {
    const keysOf = source.fetchedAt()
    const payload = await payloadOf(token)
    const principal = principalOf(payload, rolesClaim)
    if (principal.demo && !allowDemo) throw refused('demo credentials are not allowed here')
    // Keys that came meanwhile may not be those that verified it.
    if (keysOf !== undefined && keysOf === source.fetchedAt()) verified.keep(token, principal, payload, keysOf)
    return principal
  }

  return {
    async verify(token) {
      if (token.length > maxTokenLength) throw refused('token longer than 8 KiB')
      try {
        return verified.find(token, source.fetchedAt()) ?? (await verifyAnew(token))
      } catch (error) {
        throw problemOf(error)
      }
    },
    async ready() {
      await source.load()
    },
  }
}

function refused(internal: string): Problem {
  return new Problem('token-invalid', { internal })
}

// What goes wrong while a key is looked up is the provider's doing, unless the token names a key that does not exist.
function keyOf(keys: RemoteJWKSet): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error
      throw unreachable(error)
    }
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return refused(`${error.code} ${error.claim}`)
  }
  if (error instanceof errors.JOSEError) return refused(error.code)
  return refused(error instanceof ClaimError ? error.message : 'token cannot be read')
}
