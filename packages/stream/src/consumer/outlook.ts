import type { Bus, Subscription } from '@haven/bus'
import type { Pool } from 'pg'

const everyMs = 5_000
/** Counting what is parked stops here: beyond it somebody has to look anyway. */
const parkedAtMost = 10_000

/** What lies before a consumer, looked up every 5 s for whoever watches it. While Kafka or the database are away it stays as it was. */
export class Outlook {
  /** Records between the places of this process and the ends of its partitions; what is in work counts. */
  lag = 0
  /** Events that are parked, of the whole group. */
  waiting = 0
  readonly #options: { bus: Bus; pool: Pool; topics: readonly string[]; name: string }
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(options: { bus: Bus; pool: Pool; topics: readonly string[]; name: string }) {
    this.#options = options
  }

  /** @throws what Kafka or the database answer */
  async look(subscription: Subscription): Promise<void> {
    const now = performance.now()
    if (now - this.#lookedAt < everyMs) return
    this.#lookedAt = now
    const { bus, pool, topics, name } = this.#options
    const ends = await Promise.all(topics.map(async topic => ({ topic, partitions: await bus.ends(topic) })))
    this.lag = ends.reduce((sum, { topic, partitions }) => sum + lagOf(subscription, topic, partitions), 0)
    const { rows } = await pool.query<{ parked: number }>(
      'select count(*)::int as parked from (select from stream.parked where consumer = $1 limit $2) counted',
      [name, parkedAtMost],
    )
    this.waiting = rows[0]!.parked
  }
}

function lagOf(
  subscription: Subscription,
  topic: string,
  partitions: readonly { partition: number; high: bigint }[],
): number {
  return partitions.reduce((sum, { partition, high }) => {
    const position = subscription.position(topic, partition)
    return position === null || position > high ? sum : sum + Number(high - position)
  }, 0)
}
