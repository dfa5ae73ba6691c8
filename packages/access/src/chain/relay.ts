import type { Bus } from '@haven/bus'
import type { Backlog, BacklogLimits, Clock, Log, RelayMode } from '@haven/stream'
import { RelayRunner, startGauge, systemClock } from '@haven/stream/parts'
import type { SigningKey } from '@haven/vault'
import type { Pool } from 'pg'
import { type ChainCounters, ChainLeader } from './leader.ts'
import { formatProducer } from './leaf.ts'
import { readBacklog } from './statements.ts'

export interface ChainRelayOptions {
  /** A service with a topic for its access entries (contracts). */
  service: string
  /** Of the service's streams (`openStreams`): a restored database begins a new chain. */
  epoch: bigint
  /** Of the relay's role; at least 3 connections beside those of the streams' relay. */
  pool: Pool
  bus: Bus
  /** From `<service>.signing.json`. */
  key: SigningKey
  log: Log
  clock?: Clock
  /** What may wait for Kafka; `defaultBacklogLimits` unless told. */
  limits?: BacklogLimits
}

/** Commits and leaves that wait, and the age of the oldest: over that nothing that is recorded is answered. */
export const defaultBacklogLimits: BacklogLimits = { rows: 100_000, ageMs: 24 * 60 * 60 * 1000 }

export interface ChainRelayState extends ChainCounters {
  mode: RelayMode
  /** Leaves that Kafka has not acknowledged in this pass. */
  behind: number
  backlog: Backlog
}

export interface ChainRelay {
  /** Entries were committed. Cheap; without it they leave within a second. */
  wake(): void
  /** Resolves when this relay leads, or another instance does. @throws RelayRefused when Kafka is ahead of the database */
  ready(): Promise<void>
  backlog(): Backlog
  state(): ChainRelayState
  /** Ends what is in flight and gives the lease back. */
  stop(): Promise<void>
}

/** Starts the relay of a service's access entries: one of its instances leads, the others stand by. It never gives up. */
export function startChainRelay(options: ChainRelayOptions): ChainRelay {
  const { service, epoch, pool, log, clock = systemClock, limits = defaultBacklogLimits } = options
  const producer = { service, epoch }
  const counters: ChainCounters = { stored: 0, sent: 0, heads: 0, rounds: 0, failures: 0, asks: 0, unreadable: 0 }
  const gauge = startGauge({
    read: () => readBacklog(pool, formatProducer(producer), limits.rows),
    limits,
    clock,
    log,
    what: { waits: 'access entries', refused: 'recorded requests' },
  })
  const runner = new RelayRunner<ChainLeader>({
    ...options,
    lease: 'haven.record.relay',
    group: `haven.${service}.resend-record`,
    lead: (lease, pace) => new ChainLeader({ ...options, producer, clock, pace, lease }, counters),
  })
  const running = runner.run()
  return {
    wake: () => runner.pace.wake(),
    ready: () => runner.ready(),
    backlog: gauge.current,
    state() {
      const lane = runner.leader?.lane
      const behind = lane ? Number(lane.next - lane.cursor) : 0
      return { mode: runner.mode, behind, backlog: gauge.current(), ...counters }
    },
    async stop() {
      runner.stop()
      await Promise.all([running, gauge.stop()])
    },
  }
}
