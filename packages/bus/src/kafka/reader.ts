import { BusError, toBusError } from '../errors.ts'
import type { Names } from '../names.ts'
import type { BusRecord } from '../types.ts'
import { type ClientOptions, type Cluster, createCluster, type KafkaMessage } from './client.ts'
import { toRecord } from './records.ts'

interface FetchedPartition {
  partition: number
  errorCode: number
  messages: KafkaMessage[]
}

/** Reads a partition by offset, outside any group. */
export interface Reader {
  /** Records from `from` on, as many as one answer of the broker holds; empty when there is none. */
  read(topic: string, partition: number, from: bigint): Promise<BusRecord[]>
  close(): Promise<void>
}

export function createReader(options: ClientOptions, names: Names): Reader {
  let current: Promise<Cluster> | undefined
  let isClosed = false
  // kafkajs opens a connection of its own for fetches, one for each fetch that finds none, and forgets all but the last: they stayed open until the broker
  // ended them, after ten minutes. So one fetch goes after the other.
  let last: Promise<unknown> = Promise.resolve()

  async function connect(): Promise<Cluster> {
    const cluster = createCluster(options)
    try {
      await cluster.connect()
      return cluster
    } catch (error) {
      // A broker that took the connection and then hung has it still.
      await cluster.disconnect().catch(() => undefined)
      throw error
    }
  }

  async function fetch(topic: string, partition: number, from: bigint): Promise<BusRecord[]> {
    current ??= connect()
    const cluster = await current
    await cluster.addTargetTopic(topic)
    await cluster.refreshMetadataIfNecessary()
    const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (leader === undefined)
      throw new BusError('partition-missing', `Topic ${names.in(topic)} has no partition ${partition}.`)
    const broker = await cluster.findBroker({ nodeId: leader })
    const answer = await broker.fetch({
      maxWaitTime: 250,
      minBytes: 1,
      maxBytes: 4_194_304,
      isolationLevel: 1,
      topics: [{ topic, partitions: [{ partition, fetchOffset: from.toString(), maxBytes: 1_048_576 }] }],
    })
    const partitions: FetchedPartition[] = answer.responses.flatMap(
      (response: { partitions: FetchedPartition[] }) => response.partitions,
    )
    // The broker answers with whole batches: the first one may begin before the offset that was asked for.
    return partitions
      .flatMap(({ messages }) => messages.map(message => toRecord(names, topic, partition, message)))
      .filter(record => record.offset >= from)
  }

  async function drop(): Promise<void> {
    const dropped = current
    current = undefined
    const cluster = await dropped?.catch(() => undefined)
    await cluster?.disconnect().catch(() => undefined)
  }

  return {
    read(topic, partition, from) {
      const turn = last.then(async () => {
        if (isClosed) throw new BusError('closed', 'This bus is closed.')
        try {
          return await fetch(names.out(topic), partition, from)
        } catch (error) {
          await drop()
          throw toBusError(error, `reading ${topic}`)
        }
      })
      last = turn.catch(() => undefined)
      return turn
    },
    async close() {
      isClosed = true
      await drop()
    },
  }
}
