import type { Recorder, Written } from '@haven/access'
import type { Verifier } from '@haven/auth'
import type { UnitOfWork } from '@haven/db'
import type { Readiness } from '@haven/service'
import type { Relay } from '@haven/stream'
import type { Jwks, SubjectVault, SymmetricKey } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import type { Store, Tx } from './store/client.ts'

/** All that intake's routes and its consumer need of the world; tests give their own. */
export interface Deps {
  readonly version: string
  readonly log: FastifyBaseLogger
  readonly verifier: Pick<Verifier, 'verify'>
  readonly recorder: Pick<Recorder, 'check' | 'record'>
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
  readonly readiness: Readiness
  readonly rateLimitPerMinute: number
}
