import type { Bus, BusRecord, Publisher, Subscription } from '@haven/bus'
import type { Pool } from 'pg'
import type { Log } from '../types.ts'
import { wordsOf } from '../words.ts'
import { RelayRefused } from './check-streams.ts'
import { type Lease, LeaseLost, takeLease } from './lease.ts'
import { Pace } from './pace.ts'

/** What one relay does while it has the lease. */
export interface RelayLeader {
  /** Opens and compares what it has to. @throws RelayRefused when Kafka is ahead of the database */
  prepare(): Promise<void>
  /** Works until it is stopped. @throws LeaseLost, or what the database answers */
  work(publisher: Publisher): Promise<void>
  stop(): void
  /** To be called when `work` has ended: what Kafka acknowledged is noted. */
  settled(): Promise<void>
  onAsks(records: readonly BusRecord[]): void
}

export interface RunnerOptions<L extends RelayLeader> {
  service: string
  pool: Pool
  bus: Bus
  log: Log
  /** Name of the lease; two relays of one name do not lead at once. */
  lease: string
  /** Group in which asks are heard. */
  group: string
  lead(lease: Lease, pace: Pace): L
}

/** `refused`: Kafka is ahead of the database, see the log; `waiting`: database or Kafka are away. */
export type RelayMode = 'starting' | 'standby' | 'leading' | 'refused' | 'waiting' | 'stopped'

const standbyMs = 1_000
const waitMs = 500
const refusedMs = 5_000
const leaveGroupMs = 2_000
const askWaitMs = 200

/** The subscription to asks has ended for good; the bus has said why. A relay that cannot be asked leaves holes open: it begins anew. */
class AsksUnheard extends Error {
  override readonly name = 'AsksUnheard'
}

/** One instance of a relay: leads or stands by, begins anew after every failure, and never gives up. */
export class RelayRunner<L extends RelayLeader> {
  readonly pace = new Pace()
  readonly #options: RunnerOptions<L>
  #mode: RelayMode = 'starting'
  #leader: L | null = null
  #asks: Subscription | null = null
  #isStopping = false
  #refusal: RelayRefused | null = null
  #decided = Promise.withResolvers<void>()
  #isDecided = false

  constructor(options: RunnerOptions<L>) {
    this.#options = options
    this.#decided.promise.catch(() => undefined)
  }

  get mode(): RelayMode {
    return this.#mode
  }

  /** Who leads in this process at the moment. */
  get leader(): L | null {
    return this.#leader
  }

  async ready(): Promise<void> {
    if (this.#mode === 'leading' || this.#mode === 'standby') return
    if (this.#refusal) throw this.#refusal
    await this.#decided.promise
  }

  async run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        const lease = await takeLease(this.#options.pool, this.#options.lease)
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

  async #lead(lease: Lease): Promise<void> {
    const { bus, service, log } = this.#options
    const leader = this.#options.lead(lease, this.pace)
    try {
      await leader.prepare()
      const publisher = await bus.connectPublisher()
      try {
        this.#leader = leader
        await this.#listen()
        this.#become('leading')
        log.info({ service, lease: this.#options.lease }, 'the relay leads')
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
    const { bus, group } = this.#options
    if (this.#asks) return
    const asks = await bus.subscribe({
      group,
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
    const { log, service, lease } = this.#options
    const { cause } = error as Error
    const isRefused = error instanceof RelayRefused
    const isNew = this.#become(isRefused ? 'refused' : 'waiting', isRefused ? error : null)
    if (isRefused && isNew) log.error({ service, lease }, error.message)
    if (!isRefused && isNew)
      log.warn(
        { service, lease, error: wordsOf(error), ...(cause !== undefined && { cause: wordsOf(cause) }) },
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
