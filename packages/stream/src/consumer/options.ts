import type { Bus } from '@haven/bus'
import type { UnitOfWork, Work } from '@haven/db'
import type { Pool } from 'pg'
import type { Clock, Log, NewFact, ReceivedFact, SqlTransaction } from '../types.ts'

export interface ConsumerOptions<Tx extends SqlTransaction> {
  service: string
  /** Its places and parked events are kept under this name for ever; the group is `haven.<service>.<name>`. */
  name: string
  bus: Bus
  topics: string[]
  /** Of the app's role. */
  pool: Pool
  unitOfWork: UnitOfWork<Tx, NewFact>
  /**
   * What the fact changes here. It runs in the transaction that moves the place, and may run again after a rollback. It keeps `fact.id` under a
   * unique constraint of its own, since an epoch or a rebuild brings the fact again, and gives what it collects ids by
   * `derivedId(fact.id, …)`. @throws Poison to park at once
   */
  effect(fact: ReceivedFact, work: Work<Tx, NewFact>): Promise<void>
  /** In the transaction that parks; `cause` is a code, `behind-parked` for an event that waits for an earlier one. */
  onParked?(fact: ReceivedFact, cause: string, work: Work<Tx, NewFact>): Promise<void>
  /** In the transaction that drops a parked event at an operator's request. */
  onDropped?(fact: ReceivedFact, work: Work<Tx, NewFact>): Promise<void>
  log: Log
  clock?: Clock
}

export const noCounts = (): ConsumerCounters => ({
  applied: 0,
  parked: 0,
  redriven: 0,
  dropped: 0,
  failures: 0,
  asks: 0,
  seeks: 0,
  foreign: 0,
  alarms: 0,
})

/** Counters since the process started. */
export interface ConsumerCounters {
  applied: number
  parked: number
  redriven: number
  dropped: number
  /** Attempts that failed, whatever became of them. */
  failures: number
  asks: number
  seeks: number
  /** Records that are none of this protocol. */
  foreign: number
  /** Streams that were stopped or entered a new epoch. */
  alarms: number
}
