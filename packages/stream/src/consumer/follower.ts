import type { BusRecord } from '@haven/bus'
import type { Work } from '@haven/db'
import type { Span } from '@haven/telemetry/spans'
import { type Asking, answered, ask } from '../steps/asking.ts'
import { afterFailure } from '../steps/failure.ts'
import { judge, type Place, type Sighting, type StopReason } from '../steps/judge.ts'
import { behindCause } from '../steps/parking.ts'
import { formatStreamName, type StreamName } from '../steps/stream-name.ts'
import type { Clock, NewFact, ReceivedFact, SqlTransaction } from '../types.ts'
import type { Envelope } from '../wire/envelope.ts'
import { causeOf, failureOf, PlaceMoved } from './causes.ts'
import type { ConsumerCounters, ConsumerOptions } from './options.ts'
import { insertParked, isKeyParked } from './parked-store.ts'
import { enterEpoch, type Loaded, loadPlace, movePlace } from './place-store.ts'
import { applying, following, processing, traceIn } from './process-spans.ts'
import { outline, readFact } from './receive.ts'
import type { Source } from './source.ts'

/** The life sign of the batch in work. */
export interface Pulse {
  isRunning(): boolean
  /** Waits and keeps the group's membership meanwhile. */
  pause(ms: number): Promise<void>
}

export type Seen = Exclude<Envelope, { kind: 'foreign' }>
type SeenFact = Extract<Seen, { kind: 'fact' }>

/** A fact with its record, and the span of what is done with it. */
interface Arrived {
  readonly seen: SeenFact
  readonly record: BusRecord
  readonly traceparent: string | undefined
  readonly span: Span | undefined
}

/** One source as one process follows it: memory of the place, and the transactions that move it. */
export class Follower<Tx extends SqlTransaction> {
  readonly source: Source
  asking: Asking | null = null
  stopped: StopReason | null = null
  place: Place | null = null
  /**
   * Keys of which something may be parked. Only who moves the place parks, so while our compare-and-set succeeds, a key that is
   * not in here has nothing parked and the table need not be asked.
   */
  #parkedKeys = new Set<string>()
  readonly #options: ConsumerOptions<Tx> & { clock: Clock }
  readonly #counters: ConsumerCounters

  constructor(source: Source, options: ConsumerOptions<Tx> & { clock: Clock }, counters: ConsumerCounters) {
    this.source = source
    this.#options = options
    this.#counters = counters
  }

  /** Answers the number to ask for, if one is to be asked for now. Returns early, with nothing done, when the pulse ends. */
  async take(seen: Seen, record: BusRecord, pulse: Pulse): Promise<{ askFrom: bigint } | null> {
    // What a stopped stream waits for is a new epoch.
    if (this.place && seen.stream.epoch > this.place.epoch) this.stopped = null
    let isFresh = false
    while (pulse.isRunning() && this.stopped === null) {
      isFresh ||= this.place === null
      const place = this.place ?? (await this.#load(seen.stream.epoch, pulse))
      if (!place) return null
      const verdict = judge(place, sightingOf(seen))
      if (verdict.do === 'nothing') return null
      if (verdict.do === 'ask') {
        if (isFresh || !this.#isAskDue(place)) return this.#ask(place, verdict.from)
        // What is remembered may be of an earlier assignment, and another member have moved the place since: nothing is missing then.
        this.place = null
      }
      if (verdict.do === 'stop') this.#stop(verdict.reason, seen.stream)
      if (verdict.do === 'enter-epoch') await this.#enterEpoch(place, seen.stream, pulse)
      if (verdict.do === 'apply' && (await this.#apply(seen as SeenFact, record, place, verdict.place, pulse)))
        return null
    }
    return null
  }

  /**
   * Asks again when nothing has come: called from time to time while an ask is open. The place is looked up before, for the same reason as in `take`.
   * @throws what the database answers
   */
  async askAgain(): Promise<{ askFrom: bigint } | null> {
    const { asking, place } = this
    if (!asking || !place || this.stopped !== null || !this.#isAskDue(place)) return null
    const loaded = await loadPlace(this.#options.pool, this.source, place.epoch)
    // An event was applied meanwhile: what it left in memory is newer.
    if (this.place !== place) return null
    this.#remember(loaded)
    return this.asking ? this.#ask(loaded.place, loaded.place.last + 1n) : null
  }

  #isAskDue(place: Place): boolean {
    return ask(this.asking, place, this.#options.clock.now()).send
  }

  #ask(place: Place, from: bigint): { askFrom: bigint } | null {
    const { asking, send } = ask(this.asking, place, this.#options.clock.now())
    this.asking = asking
    return send ? { askFrom: from } : null
  }

  /** True when the place has moved, by us; false when it must be read anew. */
  #apply(seen: SeenFact, record: BusRecord, from: Place, to: Place, pulse: Pulse): Promise<boolean> {
    return processing(this.source, { factId: seen.factId, carrier: record }, (traceparent, span) =>
      this.#tryApply({ seen, record, traceparent, span }, from, to, pulse),
    )
  }

  async #tryApply(arrived: Arrived, from: Place, to: Place, pulse: Pulse): Promise<boolean> {
    const { record, span } = arrived
    let cause: string | null = null
    for (let tries = 1, others = 0; pulse.isRunning(); tries++) {
      try {
        const parked = await this.#options.unitOfWork(work => this.#transact(arrived, from, to, cause, work))
        span?.setAttribute('haven.consumer.outcome', parked ? 'parked' : 'applied')
        this.#moved(to, record.key ?? '', parked)
        return true
      } catch (error) {
        this.#counters.failures++
        const next = afterFailure(failureOf(error), tries, others)
        if (next.do === 'reload') {
          this.place = null
          return false
        }
        // Parking itself is never given up: the event's end would be lost with it.
        const isParking = cause !== null
        if (next.do === 'park' && !isParking) cause = causeOf(error)
        else await pulse.pause(next.do === 'retry' ? next.inMs : 5_000)
        if (next.do === 'retry') others = next.others
        this.#report(arrived, error, cause, tries)
      }
    }
    return false
  }

  /** One transaction: the place first, then what is parked, then the effect. Answers whether the event was parked. */
  async #transact(
    { seen, record, traceparent }: Arrived,
    from: Place,
    to: Place,
    given: string | null,
    work: Work<Tx, NewFact>,
  ): Promise<boolean> {
    const key = record.key ?? ''
    if (!(await movePlace(work.tx, this.source, from, to))) throw new PlaceMoved()
    const isBehind = this.#parkedKeys.has(key) && (await isKeyParked(work.tx, this.source, key))
    if (given === null && !isBehind) {
      const fact = readFact(seen.stream, seen.seq, seen.factId, record)
      await applying(this.#options, following(fact, traceparent), work)
      return false
    }
    const cause = isBehind ? behindCause : given!
    const { epoch } = seen.stream
    const type = record.headers.ce_type ?? ''
    await insertParked(work.tx, this.source, {
      epoch,
      seq: seen.seq,
      factId: seen.factId,
      type,
      cause,
      carrier: record,
    })
    await this.#options.onParked?.(following(readable(seen, record), traceparent), cause, work)
    return true
  }

  #moved(to: Place, key: string, parked: boolean): void {
    this.place = to
    this.asking = answered(this.asking, to)
    if (parked) this.#parkedKeys.add(key)
    else this.#parkedKeys.delete(key)
    this.#counters[parked ? 'parked' : 'applied']++
  }

  async #load(epoch: bigint, pulse: Pulse): Promise<Place | null> {
    const { pool } = this.#options
    const loaded = await this.#untilAnswered(() => loadPlace(pool, this.source, epoch), pulse)
    if (!loaded) return null
    this.#remember(loaded)
    return loaded.place
  }

  #remember({ place, parkedKeys }: Loaded): void {
    this.place = place
    this.asking = answered(this.asking, place)
    this.#parkedKeys = new Set(parkedKeys)
  }

  async #enterEpoch(old: Place, stream: StreamName, pulse: Pulse): Promise<void> {
    const { pool, log } = this.#options
    const entered = await this.#untilAnswered(() => enterEpoch(pool, this.source, stream.epoch), pulse)
    this.place = null
    this.asking = null
    if (!entered) return
    this.#counters.alarms++
    log.error(
      {
        consumer: this.source.consumer,
        stream: formatStreamName(stream),
        oldEpoch: String(old.epoch),
        oldLast: String(old.last),
      },
      'the owner has opened a new epoch: it was restored; applied facts that it does not send again are forgotten by it',
    )
  }

  #stop(reason: StopReason, stream: StreamName): void {
    this.stopped = reason
    this.#counters.alarms++
    const { consumer } = this.source
    this.#options.log.error(
      { consumer, stream: formatStreamName(stream), last: String(this.place?.last), reason },
      'the owner contradicts what was applied: this stream is stopped until a new epoch or a restart',
    )
  }

  #report({ seen: { stream, seq }, record }: Arrived, error: unknown, cause: string | null, tries: number): void {
    const fields = {
      consumer: this.source.consumer,
      stream: formatStreamName(stream),
      seq: String(seq),
      tries,
      error: causeOf(error),
      ...traceIn(record),
    }
    if (cause !== null)
      this.#options.log.error({ ...fields, cause }, 'an event cannot be applied and is parked with its key')
    else if (tries === 1 || tries % 10 === 0) this.#options.log.warn(fields, 'an event could not be applied yet')
  }

  async #untilAnswered<T>(work: () => Promise<T>, pulse: Pulse): Promise<T | null> {
    for (let tries = 1; pulse.isRunning(); tries++) {
      try {
        return await work()
      } catch (error) {
        const inMs = Math.min(200 * 2 ** Math.min(tries - 1, 5), 5_000)
        this.#options.log.warn(
          { consumer: this.source.consumer, error: causeOf(error), tries },
          'a place could not be read yet',
        )
        await pulse.pause(inMs)
      }
    }
    return null
  }
}

function sightingOf(seen: Seen): Sighting {
  return { ...seen, epoch: seen.stream.epoch }
}

function readable(seen: SeenFact, record: BusRecord): ReceivedFact {
  try {
    return readFact(seen.stream, seen.seq, seen.factId, record)
  } catch {
    return outline(seen.stream, seen.seq, seen.factId, record)
  }
}
