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

  async function connect(): Promise<Cluster> {
    const cluster = createCluster(options)
    await cluster.connect()
    return cluster
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
    const cluster = await current?.catch(() => undefined)
    current = undefined
    await cluster?.disconnect().catch(() => undefined)
  }

  return {
    async read(topic, partition, from) {
      try {
        return await fetch(names.out(topic), partition, from)
      } catch (error) {
        await drop()
        throw toBusError(error, `reading ${topic}`)
      }
    },
    close: drop,
  }
}
