import type { Bus, BusRecord, OutgoingRecord, Publisher } from '@haven/bus'
import { type Clock, formatStreamName, type Log } from '@haven/stream'
import {
  abandoned,
  acknowledged,
  begin,
  checkStart,
  type HeadClock,
  hasPending,
  headsAfterChange,
  headsAfterHead,
  type Lane,
  type LastSeen,
  type Lease,
  LeaseLost,
  nextPause,
  numberedTo,
  openLane,
  type Pace,
  type RelayLeader,
  RelayRefused,
  readAsk,
  rewind,
  startHeads,
} from '@haven/stream/parts'
import type { SigningKey } from '@haven/vault'
import type { Pool } from 'pg'
import { type ChainHead, formatProducer, type Producer } from './leaf.ts'
import { headRecord, readChainMessage, runRecord, streamOf } from './message.ts'
import { cutRun } from './run.ts'
import { signHead } from './signed-head.ts'
import { hashAt, noteSent, openChain, readLeaves } from './statements.ts'
import { ChainStore, type Stored } from './store.ts'

/** Leaves that may wait for their send before more are stored: while Kafka is away entries wait in the outbox. */
const aheadAtMost = 4_096n
const sendAgainMs = 200
/**
 * A round costs a transaction, a signature and a message whatever it holds: what is committed in so many milliseconds after one shares the next. Who looks at the record waits for the
 * sequencer's batch of 200 ms anyway.
 */
const gatherMs = 25

/** Counters since the process started; `failures` are sends that were repeated. */
export interface ChainCounters {
  stored: number
  sent: number
  heads: number
  /** Messages that were sent, heads included. */
  rounds: number
  failures: number
  asks: number
  /** Rows of the outbox that hold no entries. */
  unreadable: number
}

export interface ChainLeaderOptions {
  producer: Producer
  pool: Pool
  bus: Bus
  key: SigningKey
  log: Log
  clock: Clock
  pace: Pace
  lease: Lease
}

/** The relay that has the lease: stores leaves, sends them, listens for asks. */
export class ChainLeader implements RelayLeader {
  lane: Lane = openLane(0n, 0n, 0n)
  readonly #options: ChainLeaderOptions
  readonly #counters: ChainCounters
  readonly #name: string
  #store: ChainStore | null = null
  #heads: HeadClock
  #isStopping = false
  #noting: Promise<void> | null = null
  #noted = 0n

  constructor(options: ChainLeaderOptions, counters: ChainCounters) {
    this.#options = options
    this.#counters = counters
    this.#name = formatProducer(options.producer)
    this.#heads = startHeads(options.clock.now())
  }

  /** @throws RelayRefused when Kafka is ahead of the database */
  async prepare(): Promise<void> {
    const { pool, lease, log } = this.#options
    const { head, sent } = await openChain(pool, this.#name)
    this.lane = openLane(head.seq, sent, await this.#check(head.seq))
    this.#store = new ChainStore({ producer: this.#name, head, lease, log })
    this.#noted = sent
    this.#note()
  }

  async work(publisher: Publisher): Promise<void> {
    while (!this.#isStopping) {
      if (!this.#options.lease.alive()) throw new LeaseLost()
      const { leaves, isFull } = await this.#storeMore()
      const sent = await this.#sendMore(publisher)
      if (sent && !isFull && !hasPending(this.lane)) await this.#options.pace.pause(gatherMs)
      await this.#options.pace.next(leaves > 0 || sent)
    }
  }

  stop(): void {
    this.#isStopping = true
    this.#options.pace.wake()
  }

  async settled(): Promise<void> {
    while (this.#noting) await this.#noting
  }

  onAsks(records: readonly BusRecord[]): void {
    const own = formatStreamName(streamOf(this.#options.producer))
    for (const ask of records.map(readAsk)) {
      if (ask?.stream !== own) continue
      this.#counters.asks++
      this.lane = rewind(this.lane, ask.from)
      this.#options.log.warn({ stream: own, from: String(ask.from), by: ask.by }, 'a consumer asks to send again')
    }
    this.#options.pace.wake()
  }

  /** Where Kafka stands: the newest record of the topic, which is this service's alone. */
  async #check(next: bigint): Promise<bigint> {
    const { bus, pool, producer } = this.#options
    const own = streamOf(producer)
    const record = await bus.lastRecord(own.topic, own.partition)
    const message = record && readChainMessage(record)
    const last: LastSeen | null =
      message && message.kind !== 'foreign'
        ? { stream: message.stream, seq: message.seq, sent: message.sent, factId: message.hash }
        : null
    const isOwn = last?.stream.service === own.service && last.stream.epoch === own.epoch
    const known = isOwn && last.seq > 0n ? await hashAt(pool, this.#name, last.seq) : null
    const verdict = checkStart(own, next, last, known?.toString('base64') ?? null)
    if ('refused' in verdict) throw new RelayRefused(verdict.refused)
    return verdict.resumeAt
  }

  async #storeMore(): Promise<Stored> {
    if (this.lane.next - this.lane.sent > aheadAtMost) return { leaves: 0, isFull: true }
    const stored = await this.#store!.store()
    this.#counters.unreadable = this.#store!.unreadable.length
    this.#counters.stored += stored.leaves
    this.lane = numberedTo(this.lane, this.#store!.head.seq)
    return stored
  }

  async #sendMore(publisher: Publisher): Promise<boolean> {
    if (hasPending(this.lane)) return this.#sendRun(publisher)
    if (this.#heads.dueAt > this.#options.clock.now()) return false
    await this.#sendHead(publisher)
    return false
  }

  async #sendRun(publisher: Publisher): Promise<boolean> {
    const { pool, producer, clock, log } = this.#options
    const { cursor, next } = this.lane
    this.lane = begin(this.lane)
    try {
      const { leaves, to } = cutRun(await readLeaves(pool, this.#name, cursor), cursor, next)
      const last = leaves.at(-1)
      if (last) await this.#send(publisher, runRecord(producer, leaves, this.#sign(last), this.lane.sent))
      else
        log.error(
          { producer: this.#name, from: String(cursor + 1n), to: String(to) },
          'leaves are gone: a hole is left',
        )
      this.lane = acknowledged(this.lane, to)
      this.#counters.sent += leaves.length
    } catch (error) {
      this.lane = abandoned(this.lane)
      throw error
    }
    this.#heads = headsAfterChange(clock.now())
    this.#note()
    return true
  }

  /** Only when nothing is pending: it speaks of the end of the chain. */
  async #sendHead(publisher: Publisher): Promise<void> {
    const { producer, clock } = this.#options
    this.lane = begin(this.lane)
    try {
      const { head } = this.#store!
      await this.#send(publisher, headRecord(producer, head.seq, this.#sign(head), nextPause(this.#heads)))
      this.lane = acknowledged(this.lane, head.seq)
    } catch (error) {
      this.lane = abandoned(this.lane)
      throw error
    }
    this.#counters.heads++
    this.#heads = headsAfterHead(this.#heads, clock.now())
  }

  #sign(head: ChainHead): string {
    const { producer, key, clock } = this.#options
    return signHead(producer, head, key, clock.now())
  }

  async #send(publisher: Publisher, record: OutgoingRecord): Promise<void> {
    const { topic, partition } = streamOf(this.#options.producer)
    for (let failed = 0; ; failed++) {
      try {
        await publisher.send([{ topic, partition, records: [record] }])
        this.#counters.rounds++
        return
      } catch (error) {
        this.#counters.failures++
        const { message } = error as Error
        if (failed % 25 === 0)
          this.#options.log.warn({ failed: failed + 1, error: message }, 'sending entries failed and is repeated')
        if (this.#isStopping || !this.#options.lease.alive()) throw new LeaseLost({ cause: error })
        await this.#options.pace.pause(sendAgainMs)
      }
    }
  }

  /** Coalesced, one update at a time. Losing it costs nothing: the start check finds what Kafka has. */
  #note(): void {
    const { sent } = this.lane
    if (this.#noting || sent <= this.#noted) return
    this.#noting = noteSent(this.#options.pool, this.#name, sent)
      .then(() => {
        this.#noted = sent
      })
      .catch(error => {
        this.#options.log.warn({ error: (error as Error).message }, 'acknowledged entries could not be noted yet')
        return this.#options.pace.pause(sendAgainMs)
      })
      .then(() => {
        this.#noting = null
        if (!this.#isStopping) this.#note()
      })
  }
}
