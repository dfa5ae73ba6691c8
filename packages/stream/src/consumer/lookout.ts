import type { Bus, Subscription } from '@haven/bus'
import { seekTarget, type Watch, watchAfterCheck, watchAfterRecord } from '../steps/overdue.ts'
import type { Clock, Log } from '../types.ts'

/** Notices that a partition has been silent for longer than its heads allow, and seeks when its log is shorter than it was. */
export class Lookout {
  readonly #watches = new Map<string, Watch & { topic: string; partition: number }>()
  readonly #options: { bus: Bus; topics: readonly string[]; clock: Clock; log: Log; consumer: string }
  #isListed = false

  constructor(options: { bus: Bus; topics: readonly string[]; clock: Clock; log: Log; consumer: string }) {
    this.#options = options
  }

  /** A record came; `dueMs` is what a head says of the next one. */
  seen(topic: string, partition: number, dueMs?: number): void {
    const watch = watchAfterRecord(this.#options.clock.now(), dueMs)
    this.#watches.set(`${topic}/${partition}`, { topic, partition, ...watch })
  }

  /** Partitions of ours that are silent for too long. */
  overdue(subscription: Subscription): number {
    const now = this.#options.clock.now()
    return [...this.#watches.values()].filter(
      one => now >= one.overdueAt && subscription.position(one.topic, one.partition) !== null,
    ).length
  }

  /** Checks what is overdue; answers how often it had to seek. */
  async check(subscription: Subscription): Promise<number> {
    const { bus, topics, clock, log, consumer } = this.#options
    if (!this.#isListed) await this.#list()
    const now = clock.now()
    let seeks = 0
    for (const topic of topics) {
      const late = [...this.#watches.values()].filter(one => one.topic === topic && now >= one.overdueAt)
      if (late.length === 0) continue
      const ends = await bus.ends(topic)
      for (const watch of late) {
        const { partition } = watch
        this.#watches.set(`${topic}/${partition}`, { topic, partition, ...watchAfterCheck(now) })
        const end = ends.find(one => one.partition === partition)?.high
        const position = subscription.position(topic, partition)
        const target = end === undefined ? null : seekTarget(position, end)
        if (target === null) continue
        log.error(
          { consumer, topic, partition, position: String(position), end: String(end) },
          'the log has lost its tail: reading goes on from its end',
        )
        subscription.seek(topic, partition, target)
        seeks++
      }
    }
    return seeks
  }

  /** A partition that has never shown a record is watched too. */
  async #list(): Promise<void> {
    for (const topic of this.#options.topics) {
      for (const { partition } of await this.#options.bus.ends(topic)) {
        if (!this.#watches.has(`${topic}/${partition}`)) this.seen(topic, partition)
      }
    }
    this.#isListed = true
  }
}
