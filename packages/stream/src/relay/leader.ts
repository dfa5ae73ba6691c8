import type { Bus, BusRecord, OutgoingBatch, Publisher } from '@haven/bus'
import type { TopicDefinition } from '@haven/contracts'
import type { Pool } from 'pg'
import { startHeads } from '../steps/head-clock.ts'
import { abandoned, numberedTo, openLane, rewind } from '../steps/lane.ts'
import { formatStreamName } from '../steps/stream-name.ts'
import type { Clock, Log } from '../types.ts'
import { readAsk } from '../wire/read-ask.ts'
import { wordsOf } from '../words.ts'
import { checkStreams } from './check-streams.ts'
import { type Lease, LeaseLost } from './lease.ts'
import { openStreams } from './open-streams.ts'
import type { Pace } from './pace.ts'
import { batchesOf, fill, openTrack, rangesOf, settle, type Track, takeTurns } from './round.ts'
import type { RelayLeader } from './runner.ts'
import { beginSends } from './send-spans.ts'
import { type FactRow, noteSent, numberFacts, readFacts, readStreams } from './statements.ts'

/** Numbers that may wait for their send before numbering pauses. */
const aheadAtMost = 500n
const sendAgainMs = 200

export interface LeaderOptions {
  service: string
  pool: Pool
  bus: Bus
  topics: readonly TopicDefinition[]
  log: Log
  clock: Clock
  pace: Pace
  lease: Lease
  sealedForMs?: number | undefined
}

/** Counters since the process started; `failures` are sends that were repeated. */
export interface RelayCounters {
  numbered: number
  sent: number
  heads: number
  /** Rounds that sent something. */
  rounds: number
  failures: number
  asks: number
}

/** The relay that has the lease: numbers, sends, listens for asks. */
export class Leader implements RelayLeader {
  readonly tracks = new Map<number, Track>()
  readonly #options: LeaderOptions
  readonly #counters: RelayCounters
  readonly #byName = new Map<string, Track>()
  #stopping = false
  #noting: Promise<void> | null = null
  readonly #toNote = new Map<number, bigint>()

  constructor(options: LeaderOptions, counters: RelayCounters) {
    this.#options = options
    this.#counters = counters
  }

  /** @throws RelayRefused when Kafka is ahead of the database */
  async prepare(): Promise<void> {
    const { pool, service, clock, bus } = this.#options
    await openStreams(this.#options)
    const rows = await readStreams(pool, service)
    const resumeAt = await checkStreams({ pool, bus, rows })
    for (const row of rows) {
      const lane = openLane(row.next, row.sent, resumeAt.get(row.id) ?? 0n)
      const track = openTrack(row, lane, startHeads(clock.now()))
      this.tracks.set(row.id, track)
      this.#byName.set(formatStreamName(row.name), track)
      if (lane.sent > row.sent) this.#toNote.set(row.id, lane.sent)
    }
    this.#note()
  }

  /** Works until it is stopped. @throws LeaseLost, or what the database answers */
  async work(publisher: Publisher): Promise<void> {
    while (!this.#stopping) {
      if (!this.#options.lease.alive()) throw new LeaseLost()
      const worked = await this.#round(publisher)
      await this.#options.pace.next(worked)
    }
  }

  stop(): void {
    this.#stopping = true
    this.#options.pace.wake()
  }

  /** To be called when `work` has ended: what Kafka acknowledged is noted. */
  async settled(): Promise<void> {
    while (this.#noting) await this.#noting
  }

  onAsks(records: readonly BusRecord[]): void {
    for (const record of records) {
      const ask = readAsk(record)
      const track = ask && this.#byName.get(ask.stream)
      // Asks for other services' streams and for older epochs are not ours to answer.
      if (!ask || !track) continue
      this.#counters.asks++
      track.lane = rewind(track.lane, ask.from)
      this.#options.log.warn(
        { stream: ask.stream, from: String(ask.from), by: ask.by },
        'a consumer asks to send again',
      )
    }
    this.#options.pace.wake()
  }

  async #round(publisher: Publisher): Promise<boolean> {
    const numbered = await this.#number()
    const turns = takeTurns(this.tracks.values(), this.#options.clock.now())
    if (turns.length === 0) return numbered
    try {
      fill(turns, await readFacts(this.#options.pool, rangesOf(turns)), row => this.#isTombstone(row))
      await this.#sendTraced(publisher, batchesOf(turns))
    } catch (error) {
      for (const { track } of turns) track.lane = abandoned(track.lane)
      throw error
    }
    settle(turns, this.#options.clock.now())
    this.#counters.rounds++
    for (const { track, kind, records } of turns) {
      this.#counters[kind === 'facts' ? 'sent' : 'heads'] += records.length
      if (kind === 'facts') this.#toNote.set(track.row.id, track.lane.sent)
    }
    this.#note()
    return numbered || turns.some(turn => turn.kind === 'facts' && turn.to > turn.range.from)
  }

  async #number(): Promise<boolean> {
    const first = this.tracks.values().next().value
    if (!first) return false
    for (const { lane } of this.tracks.values()) if (lane.next - lane.sent > aheadAtMost) return false
    const changed = await this.#options.lease.run(client => numberFacts(client, first.row.name.epoch))
    for (const { id, next, facts } of changed) {
      const track = this.tracks.get(id)
      // A stream that was opened after this relay started: begin anew and take it up.
      if (!track) throw new LeaseLost({ cause: new Error(`stream ${id} is new`) })
      track.lane = numberedTo(track.lane, next)
      this.#counters.numbered += facts
    }
    return changed.length > 0
  }

  async #sendTraced(publisher: Publisher, batches: OutgoingBatch[]): Promise<void> {
    const spans = beginSends(batches)
    try {
      await this.#send(publisher, batches)
      spans.end()
    } catch (error) {
      spans.fail(error)
      throw error
    }
  }

  async #send(publisher: Publisher, batches: OutgoingBatch[]): Promise<void> {
    for (let failed = 0; ; failed++) {
      try {
        return await publisher.send(batches)
      } catch (error) {
        this.#counters.failures++
        if (failed % 25 === 0)
          this.#options.log.warn({ failed: failed + 1, error: wordsOf(error) }, 'sending failed and is repeated')
        if (this.#stopping || !this.#options.lease.alive()) throw new LeaseLost({ cause: error })
        await this.#options.pace.pause(sendAgainMs)
      }
    }
  }

  /** Coalesced: one update at a time, for all streams that moved meanwhile. Losing it costs a duplicate at the next start. */
  #note(): void {
    if (this.#noting || this.#toNote.size === 0) return
    const values = new Map(this.#toNote)
    this.#toNote.clear()
    this.#noting = noteSent(this.#options.pool, values)
      .catch(error => {
        for (const [id, sent] of values) if (!this.#toNote.has(id)) this.#toNote.set(id, sent)
        this.#options.log.warn({ error: wordsOf(error) }, 'acknowledged numbers could not be noted yet')
        return this.#options.pace.pause(sendAgainMs)
      })
      .then(() => {
        this.#noting = null
        if (!this.#stopping) this.#note()
      })
  }

  #isTombstone(row: FactRow): boolean {
    const { sealedForMs, clock } = this.#options
    return sealedForMs !== undefined && clock.now() - row.time.getTime() >= sealedForMs
  }
}
