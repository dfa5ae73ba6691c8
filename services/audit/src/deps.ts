import type { ServiceDeps } from '@haven/service'
import type { Pool } from 'pg'

/** All that audit's routes need of the world; tests give their own. */
export interface Deps extends ServiceDeps {
  /** As the reader role: nothing that a route does can change the log. */
  readonly reader: Pool
  now(): Date
}
