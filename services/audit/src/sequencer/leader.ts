import { setImmediate } from 'node:timers/promises'
import type { BatchControl, Bus, BusRecord, Publisher, Subscription } from '@haven/bus'
import { accessTopics } from '@haven/contracts'
import { type Asking, ask, type Lease, seekTarget } from '@haven/stream'
import type { Message } from '../domain/message.ts'
import { askFor } from '../events/ask.ts'
import type { Refusal } from '../events/read-message.ts'
import { Sequencer, type SequencerCounters, type SequencerOptions } from './sequencer.ts'

export interface LeaderOptions extends SequencerOptions {
  readonly bus: Bus
  readonly read: (record: BusRecord) => Message | Refusal
}

const tickMs = 1_000
const lookAtEndsEveryMs = 5_000

/** The one process that appends: follows every producer, asks for what is missing, listens for silence. It lasts as long as its lease. */
export class SequencerLeader {
  readonly sequencer: Sequencer
  /** Records of the access topics that are not in the log yet, as of the last look at its ends. */
  lag = 0
  readonly #options: LeaderOptions
  readonly #lease: Lease
  readonly #asking = new Map<string, Asking>()
  readonly #ended = Promise.withResolvers<void>()
  #publisher: Publisher | null = null
  #isStopping = false
  /** Resolves when everything that was read is stored, of the fetches before too: a record that is passed over must not move the place over them. */
  #stored = Promise.resolve()
  /** Records that were read and wait to be stored. */
  #waiting = 0
  #lookedAt = 0

  constructor(options: LeaderOptions, lease: Lease, counters: SequencerCounters) {
    this.#options = options
    this.#lease = lease
    this.sequencer = new Sequencer(options, counters)
  }

  /**
   * Joins the group and works until it is stopped, the lease is lost or another process has appended.
   * @param onJoined the group was joined
   * @throws what the subscription ended for, when that is for good
   */
  async lead(onJoined: () => void): Promise<void> {
    const { bus } = this.#options
    await this.sequencer.begin()
    const subscription = await bus.subscribe({
      group: 'haven.audit.sequencer',
      topics: [...accessTopics],
      fromBeginning: true,
      onBatch: (records, control) => this.#take(records, control),
      onFetch: () => this.sequencer.hear(),
    })
    subscription.onCrash(error => this.#ended.reject(error))
    const joined = subscription.ready().then(onJoined)
    try {
      await Promise.race([Promise.all([joined, this.#tick(subscription)]), this.#ended.promise])
    } finally {
      this.#isStopping = true
      await this.sequencer.stop()
      await subscription.stop()
      await this.#publisher?.close()
    }
  }

  stop(): void {
    this.#isStopping = true
    this.#ended.resolve()
  }

  /**
   * Returns once everything is read and waits for its batch, so that the next fetch is read while this one is stored. The group's place follows when
   * it is: what is read again after a crash was stored already, and is recognised.
   */
  async #take(records: readonly BusRecord[], control: BatchControl): Promise<void> {
    const beat = setInterval(() => void control.heartbeat().catch(() => undefined), 1_000)
    try {
      const submitted = await this.#submitted(records)
      this.#stored = Promise.all([this.#stored, ...submitted]).then(() => undefined)
      this.#stored.then(() => this.#place(records.at(-1)!, control)).catch(() => undefined)
    } finally {
      clearInterval(beat)
    }
  }

  /** Moves the group's place behind a record, unless the subscription has ended or was sought elsewhere meanwhile. */
  async #place({ topic, offset }: BusRecord, control: BatchControl): Promise<void> {
    if (!control.isRunning()) return
    await control.commit(offset + 1n).catch(error => {
      this.#options.log.info(
        { topic, offset: String(offset), thrown: error },
        'a place on Kafka could not be noted yet',
      )
    })
  }

  /** One by one: what was read already goes to the database while the next is read. */
  async #submitted(records: readonly BusRecord[]): Promise<Promise<void>[]> {
    const { read, log } = this.#options
    const stored: Promise<void>[] = []
    for (const record of records) {
      await this.sequencer.room()
      const message = read(record)
      if ('refused' in message) {
        const { topic, offset } = record
        log.error({ topic, offset: String(offset), ...message }, 'a record of the access topics is passed over')
        continue
      }
      stored.push(this.#store(message))
      await setImmediate()
    }
    return stored
  }

  #store(message: Message): Promise<void> {
    this.#waiting++
    const stored = this.sequencer.submit([message]).finally(() => {
      this.#waiting--
    })
    stored.catch(() => undefined)
    return stored
  }

  async #tick(subscription: Subscription): Promise<void> {
    while (!this.#isStopping && this.#lease.alive() && !this.sequencer.hasEnded()) {
      await new Promise(resolve => setTimeout(resolve, tickMs))
      try {
        // Not waited for: while the database is away the lease is lost, which has to be noticed.
        void this.sequencer.listen().catch(() => undefined)
        await this.#ask()
        await this.#lookAtEnds(subscription)
      } catch (error) {
        this.#options.log.debug({ thrown: error }, 'a look at silences, asks or ends failed and is repeated')
      }
    }
    this.#ended.resolve()
  }

  async #ask(): Promise<void> {
    const { bus, clock, log } = this.#options
    const missing = this.sequencer.missing()
    for (const name of this.#asking.keys())
      if (!missing.some(({ producer }) => producer === name)) this.#asking.delete(name)
    for (const { producer, from } of missing) {
      const { asking, send } = ask(this.#asking.get(producer) ?? null, { epoch: 0n, last: from }, clock.now())
      if (send) {
        log.warn({ producer, from: String(from) }, 'access entries are missing: asking their producer')
        this.#publisher ??= await bus.connectPublisher()
        await this.#publisher.send([askFor(producer, from)])
      }
      this.#asking.set(producer, asking)
    }
  }

  // After a lost tail the broker gives offsets again; a place beyond the end would skip what comes next.
  async #lookAtEnds(subscription: Subscription): Promise<void> {
    const { bus, clock, log } = this.#options
    if (clock.now() - this.#lookedAt < lookAtEndsEveryMs) return
    this.#lookedAt = clock.now()
    const ends = accessTopics.map(async topic => (await bus.ends(topic)).map(end => ({ topic, ...end })))
    let lag = 0n
    for (const { topic, partition, high } of (await Promise.all(ends)).flat()) {
      const position = subscription.position(topic, partition)
      const target = seekTarget(position, high)
      if (position !== null && target === null) lag += high - position
      if (target === null) continue
      log.error(
        { topic, end: String(high) },
        'a topic of access entries has lost its tail: reading goes on from its end',
      )
      subscription.seek(topic, partition, target)
    }
    this.lag = Number(lag) + this.#waiting
  }
}
