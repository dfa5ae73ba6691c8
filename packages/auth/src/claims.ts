import { roles as knownRoles, type Role } from '@haven/contracts'
import type { JWTPayload } from 'jose'
import type { Principal } from './principal.ts'

/** A claim that is missing or not what it must be; names the claim, never its value. */
export class ClaimError extends Error {
  readonly claim: string

  constructor(claim: string) {
    super(`claim '${claim}' is missing or malformed`)
    this.claim = claim
  }
}

// Identifiers end up in records and indexes; a provider has no reason to send longer ones.
const maxLength = 255

/** Reads the claims of a token whose signature, issuer, audience and times are already verified. */
export function principalOf(payload: JWTPayload, rolesClaim: string): Principal {
  const kind = payload.sub_type
  if (kind !== 'person' && kind !== 'client') throw new ClaimError('sub_type')
  const acr = payload.acr === undefined ? undefined : text(payload, 'acr')
  return {
    kind,
    subject: text(payload, 'sub'),
    clientId: text(payload, 'client_id'),
    organisation: text(payload, 'org'),
    roles: rolesOf(payload, rolesClaim),
    ...(acr === undefined ? {} : { acr }),
    demo: payload.demo === true,
    tokenId: text(payload, 'jti'),
  }
}

function text(payload: JWTPayload, claim: string): string {
  const value = payload[claim]
  if (typeof value !== 'string' || value === '' || value.length > maxLength) throw new ClaimError(claim)
  return value
}

function rolesOf(payload: JWTPayload, claim: string): Role[] {
  const value = payload[claim]
  if (!Array.isArray(value)) throw new ClaimError(claim)
  return knownRoles.filter(role => value.includes(role))
}
