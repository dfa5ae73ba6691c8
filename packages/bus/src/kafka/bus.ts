import { BusError, within } from '../errors.ts'
import { createNames } from '../names.ts'
import type { Bus, BusOptions, BusRecord, PartitionEnds } from '../types.ts'
import { applyAcls, compareAcls } from './acls.ts'
import { createAdminConnection } from './admin.ts'
import { createBarriers } from './barriers.ts'
import { connectPublisher } from './publisher.ts'
import { createReader } from './reader.ts'
import { GroupSubscription } from './subscription.ts'
import { applyTopics, describeTopics } from './topics.ts'

/** Makes a bus over Kafka. Connections are made when they are first needed. */
export function createBus(options: BusOptions): Bus {
  const { log, brokers, clientId, security } = options
  const client = { log, brokers, clientId, security }
  const names = createNames(options.prefix ?? '')
  const admin = createAdminConnection(client)
  const reader = createReader(client, names)
  // What its owner has ended is forgotten: a relay makes a publisher whenever it begins anew.
  const open = new Set<() => Promise<void>>()
  const barriers = createBarriers()
  let closed = false

  function refuseWhenClosed(): void {
    if (closed) throw new BusError('closed', 'This bus is closed.')
  }

  async function ends(topic: string): Promise<PartitionEnds[]> {
    refuseWhenClosed()
    const offsets = await admin.run(`reading the ends of ${topic}`, connected =>
      connected.fetchTopicOffsets(names.out(topic)),
    )
    return offsets
      .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition)
  }

  async function lastRecord(topic: string, partition: number): Promise<BusRecord | null> {
    const range = (await ends(topic)).find(one => one.partition === partition)
    if (!range) throw new BusError('partition-missing', `Topic ${topic} has no partition ${partition}.`)
    if (range.high === range.low) return null
    const last = (await reader.read(topic, partition, range.high - 1n)).at(-1)
    // Null says that the partition is empty, on which a relay builds: an answer without the record must not look like it.
    if (!last) throw new BusError('unavailable', `The end of ${topic} partition ${partition} could not be read.`)
    return last
  }

  async function* scan(topic: string): AsyncGenerator<BusRecord> {
    for (const { partition, low, high } of await ends(topic)) {
      for (let next = low; next < high; ) {
        const records = await reader.read(topic, partition, next)
        if (records.length === 0) break
        yield* records.filter(record => record.offset < high)
        next = (records.at(-1)?.offset ?? high) + 1n
      }
    }
  }

  return {
    async connectPublisher() {
      refuseWhenClosed()
      const publisher = await connectPublisher(client, names, barriers.open())
      const close = async () => {
        open.delete(close)
        await publisher.close()
      }
      open.add(close)
      return { ...publisher, close }
    },
    async subscribe(wanted) {
      refuseWhenClosed()
      const stop = () => subscription.stop()
      const onStop = () => void open.delete(stop)
      const subscription = new GroupSubscription(wanted, {
        client,
        names,
        log,
        admin,
        ends,
        barrier: barriers.open(),
        onStop,
      })
      open.add(stop)
      return subscription
    },
    ends: topic => within(5000, `reading the ends of ${topic}`, ends(topic)),
    lastRecord: (topic, partition) => within(5000, `reading the end of ${topic}`, lastRecord(topic, partition)),
    scan,
    applyAcls: (acls, reach) => applyAcls(admin, names, acls, reach),
    compareAcls: (acls, reach) => within(5000, 'reading rights', compareAcls(admin, names, acls, reach)),
    describeTopics: topics => within(5000, 'reading topics', describeTopics(admin, names, topics)),
    applyTopics: (topics, recreate = []) => applyTopics(admin, names, topics, recreate),
    ping: () =>
      within(
        1500,
        'asking for the brokers',
        admin.run('asking for the brokers', one => one.describeCluster()),
      ).then(() => barriers.throwFirst()),
    async close() {
      closed = true
      await Promise.allSettled([...open].map(end => end()))
      await Promise.allSettled([admin.close(), reader.close()])
    },
  }
}
