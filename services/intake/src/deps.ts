import type { Written } from '@haven/access'
import type { UnitOfWork } from '@haven/db'
import type { ServiceDeps } from '@haven/service'
import type { Relay } from '@haven/stream'
import type { Jwks, SubjectVault, SymmetricKey } from '@haven/vault'
import type { Pool } from 'pg'
import type { Store, Tx } from './store/client.ts'

/** All that intake's routes and its consumer need of the world; tests give their own. */
export interface Deps extends ServiceDeps {
  /** As the app role; `store` speaks models on the same pool. */
  readonly pool: Pool
  readonly store: Store
  readonly unitOfWork: UnitOfWork<Tx, Written>
  readonly relay: Pick<Relay, 'backlog'>
  readonly vault: SubjectVault
  readonly blindIndexKey: SymmetricKey
  /** Private; what partners' events are sealed for. */
  readonly transportKeys: Jwks
  /** The organisation that receives what partners refer. */
  readonly organisation: string
  now(): Date
}
