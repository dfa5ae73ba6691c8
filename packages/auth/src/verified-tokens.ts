import { hash } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { Principal } from './principal.ts'

/** As many as are remembered: staff and partners' programs of a busy day. */
export const maxTokens = 2_000

interface Verified {
  readonly principal: Principal
  /** Milliseconds since 1970 between which the token is taken. */
  readonly fromMs: number
  readonly toMs: number
  /** When the keys that verified it were fetched. */
  readonly keysOf: number
}

/**
 * Tokens that were verified, by their SHA-256, so that one that comes again is not verified again while everything that judged it is the same: the keys are
 * those fetched at `keysOf`, and its times hold. It says what verifying anew would say, a key that its issuer took back included.
 */
export class VerifiedTokens {
  readonly #known = new Map<string, Verified>()
  readonly #toleranceMs: number

  constructor(options: { clockToleranceSeconds: number }) {
    this.#toleranceMs = options.clockToleranceSeconds * 1_000
  }

  /** @param keysOf when the present keys were fetched; nothing is found without */
  find(token: string, keysOf: number | undefined): Principal | undefined {
    const name = nameOf(token)
    const known = this.#known.get(name)
    if (known === undefined) return undefined
    const now = Date.now()
    if (known.keysOf === keysOf && known.fromMs <= now && now < known.toMs) return known.principal
    this.#known.delete(name)
    return undefined
  }

  keep(token: string, principal: Principal, { exp, nbf }: JWTPayload, keysOf: number): void {
    const [oldest] = this.#known.size < maxTokens ? [] : this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
    const fromMs = (nbf ?? 0) * 1_000 - this.#toleranceMs
    // `exp` is required of every token; one without it would be forgotten at once.
    const toMs = (exp ?? 0) * 1_000 + this.#toleranceMs
    // Requests share it.
    Object.freeze(principal.roles)
    this.#known.set(nameOf(token), { principal: Object.freeze(principal), fromMs, toMs, keysOf })
  }
}

// The token itself is a credential and is not kept.
function nameOf(token: string): string {
  return hash('sha256', token, 'base64url')
}
