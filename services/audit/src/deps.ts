import type { Recorder } from '@haven/access'
import type { Verifier } from '@haven/auth'
import type { Readiness } from '@haven/service'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'

/** All that audit's routes need of the world; tests give their own. */
export interface Deps {
  readonly version: string
  readonly log: FastifyBaseLogger
  readonly verifier: Pick<Verifier, 'verify'>
  readonly recorder: Pick<Recorder, 'check' | 'record'>
  /** As the reader role: nothing that a route does can change the log. */
  readonly reader: Pool
  now(): Date
  readonly readiness: Readiness
  readonly rateLimitPerMinute: number
}
