import type { Bus, Subscription } from '@haven/bus'
import type { TopicDefinition } from '@haven/contracts'
import type { Pool } from 'pg'
import type { Backlog, BacklogLimits } from '../steps/backlog.ts'
import { type Clock, type Log, systemClock } from '../types.ts'
import { wordsOf } from '../words.ts'
import { RelayRefused } from './check-streams.ts'
import { type Gauge, startGauge } from './gauge.ts'
import { Leader, type RelayCounters } from './leader.ts'
import { type Lease, LeaseLost, takeLease } from './lease.ts'
import { openStreams } from './open-streams.ts'
import { Pace } from './pace.ts'

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

/** `refused`: Kafka is ahead of the database, see the log; `waiting`: database or Kafka are away. */
export type RelayMode = 'starting' | 'standby' | 'leading' | 'refused' | 'waiting' | 'stopped'

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

const standbyMs = 1_000
const waitMs = 500
const refusedMs = 5_000
const leaveGroupMs = 2_000
const askWaitMs = 200

/** The subscription to asks has ended for good; the bus has said why. A relay that cannot be asked leaves holes open: it begins anew. */
class AsksUnheard extends Error {
  override readonly name = 'AsksUnheard'
}

/** Starts the relay of a service: one of its instances leads, the others stand by. It never gives up. */
export function startRelay(options: RelayOptions): Relay {
  const runner = new RelayRunner(options)
  const running = runner.run()
  return {
    wake: () => runner.pace.wake(),
    ready: () => runner.ready(),
    backlog: () => runner.gauge.current(),
    state: () => runner.state(),
    async stop() {
      runner.stop()
      await Promise.all([running, runner.gauge.stop()])
    },
  }
}

class RelayRunner {
  readonly pace = new Pace()
  readonly gauge: Gauge
  readonly #options: RelayOptions & { clock: Clock }
  readonly #counters: RelayCounters = { numbered: 0, sent: 0, heads: 0, failures: 0, asks: 0 }
  #mode: RelayMode = 'starting'
  #leader: Leader | null = null
  #asks: Subscription | null = null
  #isStopping = false
  #refusal: RelayRefused | null = null
  #decided = Promise.withResolvers<void>()
  #isDecided = false

  constructor(options: RelayOptions) {
    this.#options = { ...options, clock: options.clock ?? systemClock }
    this.gauge = startGauge(this.#options)
    this.#decided.promise.catch(() => undefined)
  }

  async ready(): Promise<void> {
    if (this.#mode === 'leading' || this.#mode === 'standby') return
    if (this.#refusal) throw this.#refusal
    await this.#decided.promise
  }

  async run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        const lease = await takeLease(this.#options.pool)
        if (lease) await this.#lead(lease)
        else await this.#standBy()
      } catch (error) {
        await this.#recover(error)
      }
    }
    await this.#stopListening()
    this.#become('stopped')
  }

  stop(): void {
    this.#isStopping = true
    this.#leader?.stop()
    this.pace.wake()
  }

  state(): RelayState {
    const tracks = [...(this.#leader?.tracks.values() ?? [])]
    return {
      mode: this.#mode,
      behind: tracks.filter(({ lane }) => lane.cursor < lane.next).length,
      backlog: this.gauge.current(),
      ...this.#counters,
    }
  }

  async #lead(lease: Lease): Promise<void> {
    const { bus, service, log } = this.#options
    const leader = new Leader({ ...this.#options, pace: this.pace, lease }, this.#counters)
    try {
      await openStreams(this.#options)
      await leader.prepare()
      const publisher = await bus.connectPublisher()
      try {
        this.#leader = leader
        await this.#listen()
        this.#become('leading')
        log.info({ service, streams: leader.tracks.size }, 'the relay leads')
        if (!this.#isStopping) await leader.work(publisher)
        if (!this.#isStopping) throw new AsksUnheard()
      } finally {
        await publisher.close().catch(() => undefined)
      }
    } finally {
      this.#leader = null
      leader.stop()
      await leader.settled()
      await lease.release()
    }
  }

  /**
   * Asks are heard by who leads. From the group's place on, and from the beginning when it has none: from the end on, an ask that
   * came while nobody listened would wait for its repetition. One that is heard twice costs duplicates.
   */
  async #listen(): Promise<void> {
    const { bus, service } = this.#options
    if (this.#asks) return
    const asks = await bus.subscribe({
      group: `haven.${service}.resend`,
      topics: ['haven.resend'],
      fromBeginning: true,
      onBatch: async (records, control) => {
        // Between two leaderships nobody would act on an ask: it keeps its place in the group until somebody does.
        while (!this.#leader && !this.#isStopping && control.isRunning()) {
          await this.pace.pause(askWaitMs)
          await control.heartbeat()
        }
        if (!this.#leader) return
        this.#leader.onAsks(records)
        await control.commit(records.at(-1)!.offset + 1n)
      },
    })
    this.#asks = asks
    asks.onCrash(() => {
      this.#asks = null
      this.#leader?.stop()
    })
  }

  /** Leaving a group waits for its members, at worst for one that is dead: the lease and the service's end must not. */
  async #stopListening(): Promise<void> {
    const asks = this.#asks
    this.#asks = null
    if (asks) await Promise.race([asks.stop(), this.pace.pause(leaveGroupMs)])
  }

  async #standBy(): Promise<void> {
    this.#become('standby')
    await this.#stopListening()
    await this.#rest(standbyMs)
  }

  async #recover(error: unknown): Promise<void> {
    const { log, service } = this.#options
    const { cause } = error as Error
    const isRefused = error instanceof RelayRefused
    const isNew = this.#become(isRefused ? 'refused' : 'waiting', isRefused ? error : null)
    if (isRefused && isNew) log.error({ service }, error.message)
    if (!isRefused && isNew)
      log.warn(
        { service, error: wordsOf(error), ...(cause !== undefined && { cause: wordsOf(cause) }) },
        'the relay begins anew',
      )
    await this.#rest(isRefused ? refusedMs : error instanceof LeaseLost ? 0 : waitMs)
  }

  #become(mode: RelayMode, refusal: RelayRefused | null = null): boolean {
    const isNew = this.#mode !== mode
    this.#mode = mode
    this.#refusal = refusal
    if (refusal) this.#decided.reject(refusal)
    else if (mode !== 'waiting') this.#decided.resolve()
    // Who waits already goes on waiting for the same promise; only a settled one is replaced.
    if (refusal || (mode === 'waiting' && this.#isDecided)) {
      this.#decided = Promise.withResolvers()
      this.#decided.promise.catch(() => undefined)
    }
    this.#isDecided = !refusal && mode !== 'waiting'
    return isNew
  }

  /** A pause that stopping ends. */
  async #rest(ms: number): Promise<void> {
    const until = performance.now() + ms
    while (!this.#isStopping && performance.now() < until) await this.pace.pause(Math.min(100, ms))
  }
}
