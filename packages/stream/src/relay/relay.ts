import type { Bus } from '@haven/bus'
import type { TopicDefinition } from '@haven/contracts'
import type { Pool } from 'pg'
import type { Backlog, BacklogLimits } from '../steps/backlog.ts'
import { type Clock, type Log, systemClock } from '../types.ts'
import { startGauge } from './gauge.ts'
import { Leader, type RelayCounters } from './leader.ts'
import { type RelayMode, RelayRunner } from './runner.ts'
import { readBacklog } from './statements.ts'

export interface RelayOptions {
  service: string
  /** Of the relay's role; at least 3 connections. */
  pool: Pool
  bus: Bus
  /** The service's own topics. */
  topics: readonly TopicDefinition[]
  log: Log
  clock?: Clock
  limits: BacklogLimits
  /** Facts older than this travel as tombstones: for an owner that cannot read, and so cannot renew, what it sealed. */
  sealedForMs?: number
}

export interface RelayState extends RelayCounters {
  mode: RelayMode
  /** Streams with numbers that Kafka has not acknowledged in this pass. */
  behind: number
  backlog: Backlog
}

export interface Relay {
  /** Facts were committed. Cheap; without it they leave within a second. */
  wake(): void
  /**
   * Resolves when this relay leads, or another instance does; at once when that is so now. @throws RelayRefused when Kafka is ahead of the database
   */
  ready(): Promise<void>
  backlog(): Backlog
  /** Ends what is in flight and gives the lease back. */
  stop(): Promise<void>
  state(): RelayState
}

/** Starts the relay of a service: one of its instances leads, the others stand by. It never gives up. */
export function startRelay(options: RelayOptions): Relay {
  const { service, pool, limits, log, clock = systemClock } = options
  const counters: RelayCounters = { numbered: 0, sent: 0, heads: 0, rounds: 0, failures: 0, asks: 0 }
  const read = () => readBacklog(pool, limits.rows)
  const gauge = startGauge({ read, limits, clock, log, what: { waits: 'facts', refused: 'writes' } })
  const runner = new RelayRunner<Leader>({
    ...options,
    lease: 'haven.stream.relay',
    group: `haven.${service}.resend`,
    lead: (lease, pace) => new Leader({ ...options, clock, pace, lease }, counters),
  })
  const running = runner.run()
  return {
    wake: () => runner.pace.wake(),
    ready: () => runner.ready(),
    backlog: gauge.current,
    state() {
      const tracks = [...(runner.leader?.tracks.values() ?? [])]
      const behind = tracks.filter(({ lane }) => lane.cursor < lane.next).length
      return { mode: runner.mode, behind, backlog: gauge.current(), ...counters }
    },
    async stop() {
      runner.stop()
      await Promise.all([running, gauge.stop()])
    },
  }
}
