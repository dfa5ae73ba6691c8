import type { BatchControl, BusRecord, Publisher, Subscription } from '@haven/bus'
import { formatStreamName, type StreamName } from '../steps/stream-name.ts'
import { type Clock, type SqlTransaction, systemClock } from '../types.ts'
import { readEnvelope } from '../wire/envelope.ts'
import { askRecord } from '../wire/records.ts'
import { causeOf } from './causes.ts'
import { Follower, type Pulse } from './follower.ts'
import { Lookout } from './lookout.ts'
import { type ConsumerCounters, type ConsumerOptions, noCounts } from './options.ts'
import { Outlook } from './outlook.ts'
import { Redriver } from './redriver.ts'
import { sourceKey, sourceOf } from './source.ts'

export interface ConsumerState extends ConsumerCounters {
  /** False when the subscription has ended for good: the process should turn unready and exit. */
  running: boolean
  /** Partitions of ours whose heads are overdue: their owner or Kafka is away. */
  overdue: number
  /** Records between our places and the ends of our partitions, as of the last 5 s. */
  lag: number
  /** Events that are parked and wait for an operator, of the whole group, as of the last 5 s. */
  waiting: number
  sources: { source: string; epoch: string; last: string; asking: boolean; stopped: string | null }[]
}

export interface StreamConsumer {
  /** Resolves when the group was joined. @throws when that can never be, or the subscription has ended for good */
  ready(): Promise<void>
  /** Rejects when the subscription has ended for good, else stays open: the process should end and be started anew. */
  readonly ended: Promise<never>
  /** Ends the events in work; their places are kept. */
  stop(): Promise<void>
  state(): ConsumerState
}

const tickMs = 1_000
const commitEveryMs = 1_000

/** Follows every stream of the given topics, applies each fact once and in its key's order, and asks for what is missing. */
export function startConsumer<Tx extends SqlTransaction>(options: ConsumerOptions<Tx>): StreamConsumer {
  const runner = new ConsumerRunner({ ...options, clock: options.clock ?? systemClock })
  return {
    ready: () => runner.ready(),
    ended: runner.ended.promise,
    stop: () => runner.stop(),
    state: () => runner.state(),
  }
}

class ConsumerRunner<Tx extends SqlTransaction> {
  readonly #options: ConsumerOptions<Tx> & { clock: Clock }
  readonly #counters = noCounts()
  readonly #followers = new Map<string, { follower: Follower<Tx>; stream: StreamName }>()
  readonly #committedAt = new Map<string, number>()
  readonly #lookout: Lookout
  readonly #outlook: Outlook
  readonly #redriver: Redriver<Tx>
  readonly #subscribed: Promise<Subscription>
  readonly ended = Promise.withResolvers<never>()
  #subscription: Subscription | null = null
  #publisher: Promise<Publisher> | null = null
  #isStopping = false
  #hasCrashed = false
  #ticking: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(options: ConsumerOptions<Tx> & { clock: Clock }) {
    const { bus, topics, clock, log, service, name } = options
    this.#options = options
    this.ended.promise.catch(() => undefined)
    this.#lookout = new Lookout({ bus, topics, clock, log, consumer: name })
    this.#outlook = new Outlook(options)
    this.#redriver = new Redriver(options, this.#counters)
    this.#subscribed = bus.subscribe({
      group: `haven.${service}.${name}`,
      topics,
      fromBeginning: true,
      onBatch: (records, control) => this.#onBatch(records, control),
    })
    this.#subscribed.then(
      subscription => {
        this.#subscription = subscription
        subscription.onCrash(error => this.#crash(error))
        this.#schedule()
      },
      error => this.#crash(error),
    )
  }

  #crash(error: Error): void {
    this.#hasCrashed = true
    this.ended.reject(error)
  }

  async ready(): Promise<void> {
    const subscription = await this.#subscribed
    await subscription.ready()
    if (this.#hasCrashed) throw new Error('the subscription has ended for good: the process must be started anew')
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#timer)
    const subscription = await this.#subscribed.catch(() => null)
    await Promise.all([subscription?.stop(), this.#ticking])
    const publisher = await this.#publisher?.catch(() => null)
    await publisher?.close()
  }

  state(): ConsumerState {
    return {
      running: !this.#hasCrashed && !this.#isStopping,
      overdue: this.#subscription ? this.#lookout.overdue(this.#subscription) : 0,
      lag: this.#outlook.lag,
      waiting: this.#outlook.waiting,
      sources: [...this.#followers].map(([source, { follower }]) => ({
        source,
        epoch: String(follower.place?.epoch ?? 0n),
        last: String(follower.place?.last ?? 0n),
        asking: follower.asking !== null,
        stopped: follower.stopped,
      })),
      ...this.#counters,
    }
  }

  async #onBatch(records: readonly BusRecord[], control: BatchControl): Promise<void> {
    const pulse = this.#pulse(control)
    for (const record of records) {
      await this.#take(record, pulse)
      if (!pulse.isRunning()) return
      await control.heartbeat()
      await this.#commit(record, control)
    }
  }

  /**
   * A hint where to read on, given after the effect (before it, a crash would make a hole) and at most once a second: what counts is the place
   * in the database, and heads bring the next occasion.
   */
  async #commit({ topic, partition, offset }: BusRecord, control: BatchControl): Promise<void> {
    const now = performance.now()
    if (now - (this.#committedAt.get(`${topic}/${partition}`) ?? 0) < commitEveryMs) return
    this.#committedAt.set(`${topic}/${partition}`, now)
    await control.commit(offset + 1n)
  }

  #pulse(control: BatchControl): Pulse {
    const isRunning = () => control.isRunning() && !this.#isStopping
    return {
      isRunning,
      async pause(ms) {
        for (let left = ms; left > 0 && isRunning(); left -= 500) {
          await new Promise(resolve => setTimeout(resolve, Math.min(left, 500)))
          await control.heartbeat()
        }
      },
    }
  }

  async #take(record: BusRecord, pulse: Pulse): Promise<void> {
    const envelope = readEnvelope(record)
    if (envelope.kind === 'foreign') {
      this.#counters.foreign++
      const { topic, partition, offset } = record
      this.#options.log.warn(
        { topic, partition, offset: String(offset), reason: envelope.reason },
        'a record is none of a numbered stream and is passed over',
      )
      return
    }
    this.#lookout.seen(record.topic, record.partition, envelope.kind === 'head' ? envelope.dueMs : undefined)
    const source = sourceOf(this.#options.name, envelope.stream)
    const known = this.#followers.get(sourceKey(source))
    const follower = known?.follower ?? new Follower(source, this.#options, this.#counters)
    this.#followers.set(sourceKey(source), { follower, stream: envelope.stream })
    const wanted = await follower.take(envelope, record, pulse)
    if (wanted) await this.#sendAsk(envelope.stream, wanted.askFrom)
  }

  async #sendAsk(stream: StreamName, from: bigint): Promise<void> {
    const { bus, service, name, log } = this.#options
    this.#counters.asks++
    log.warn(
      { consumer: name, stream: formatStreamName(stream), from: String(from) },
      'facts are missing: asking their owner',
    )
    const connecting = this.#publisher ?? bus.connectPublisher()
    this.#publisher = connecting
    try {
      const publisher = await connecting
      await publisher.send([
        { topic: 'haven.resend', partition: 0, records: [askRecord(stream, from, `${service}.${name}`)] },
      ])
    } catch (error) {
      // Repeated by a later tick that finds the ask still open, on a new connection.
      if (this.#publisher === connecting) this.#publisher = null
      await connecting.then(publisher => publisher.close()).catch(() => undefined)
      log.warn({ consumer: name, error: causeOf(error) }, 'an ask could not be sent yet')
    }
  }

  #schedule(): void {
    if (this.#isStopping) return
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().finally(() => this.#schedule())
    }, tickMs)
  }

  async #tick(): Promise<void> {
    const { log, name } = this.#options
    const subscription = this.#subscription!
    try {
      for (const { follower, stream } of this.#followers.values()) {
        if (subscription.position(stream.topic, stream.partition) === null) continue
        const wanted = await follower.askAgain()
        if (wanted) await this.#sendAsk(stream, wanted.askFrom)
      }
      await this.#redriver.look(() => !this.#isStopping)
      this.#counters.seeks += await this.#lookout.check(subscription)
      await this.#outlook.look(subscription)
    } catch (error) {
      log.debug(
        { consumer: name, error: causeOf(error) },
        'a look at asks, parked events or heads failed and is repeated',
      )
    }
  }
}
