import type { ServiceDeps } from '@haven/service'
import type { Relay } from '@haven/stream'
import type { Pool } from 'pg'
import type { Store } from './store/client.ts'

/** All that the gateway's routes need of the world; tests give their own. */
export interface Deps extends ServiceDeps {
  /** As the app role; `store` speaks models on the same pool. */
  readonly pool: Pool
  readonly store: Store
  readonly relay: Pick<Relay, 'wake' | 'backlog'>
  /** HMAC-SHA-256 under the identity key, of unambiguously joined parts. */
  digest(...parts: string[]): Buffer
  /** A compact JWE for intake. */
  seal(plaintext: Uint8Array): Promise<string>
  now(): Date
}
