import type { BusRecord, OutgoingBatch } from '@haven/bus'

/** A partition's log. An entry that is null was acknowledged and lost; after a cut, offsets are given again. */
export type Log = (BusRecord | null)[]

/** Kafka as far as the protocol can tell: logs that may lose what they acknowledged, and the offsets of groups. */
export class Broker {
  readonly #logs = new Map<string, Log>()
  readonly #offsets = new Map<string, number>()
  /** Partitions that have lost something, by 'topic/partition': only there may a consumer ask. */
  readonly damaged = new Set<string>()

  log(topic: string, partition: number): Log {
    const key = `${topic}/${partition}`
    let log = this.#logs.get(key)
    if (!log) {
      log = []
      this.#logs.set(key, log)
    }
    return log
  }

  append(batches: readonly OutgoingBatch[]): void {
    for (const { topic, partition, records } of batches) {
      const log = this.log(topic, partition)
      for (const record of records) {
        log.push({ ...record, topic, partition, offset: BigInt(log.length), timestamp: new Date(0) })
      }
    }
  }

  last(topic: string, partition: number): BusRecord | null {
    return this.log(topic, partition).findLast(record => record !== null) ?? null
  }

  /** A power loss: the last records are gone, though they were acknowledged. */
  cutTail(topic: string, partition: number, records: number): void {
    const log = this.log(topic, partition)
    if (log.length === 0 || records === 0) return
    log.length = Math.max(0, log.length - records)
    this.damaged.add(`${topic}/${partition}`)
  }

  /** One acknowledged record is lost in the middle. */
  lose(topic: string, partition: number, offset: number): void {
    const log = this.log(topic, partition)
    if (offset >= log.length) return
    log[offset] = null
    this.damaged.add(`${topic}/${partition}`)
  }

  committed(group: string, topic: string, partition: number): number {
    return this.#offsets.get(`${group} ${topic}/${partition}`) ?? 0
  }

  commit(group: string, topic: string, partition: number, offset: number): void {
    this.#offsets.set(`${group} ${topic}/${partition}`, offset)
  }
}
