import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BusRecord } from '@haven/bus'
import { factTopicsOf, topics } from '@haven/contracts'
import { createPool } from '@haven/db'
import { listParked, startRelay } from '@haven/stream'
import { testBus } from '@haven/testkit'
import { followPartners } from '../src/events/consumer.ts'
import type { intake } from './harness.ts'

const topic = 'haven.partner.inbound'
const stream = `gateway/1/${topic}/0`

export interface Sent {
  /** Replaces or, with undefined, takes away a header of a well-formed record. */
  headers?: Record<string, string | undefined>
  key?: string
  subject?: string
  value: Buffer | null
}

/** A world's consumer and relay on the run's Kafka, with the test in the gateway's place on partition 0. */
export async function onKafka(world: Awaited<ReturnType<typeof intake>>) {
  const { deps, databases, pool } = world
  const bus = testBus('intake', deps.log)
  await bus.applyTopics(topics)
  const relayPool = createPool({ url: databases.relay, applicationName: 'intake test relay', log: deps.log })
  const limits = { rows: 100_000, ageMs: 600_000 }
  const relay = startRelay({
    service: 'intake',
    pool: relayPool,
    bus,
    topics: factTopicsOf('intake'),
    log: deps.log,
    limits,
  })
  const consumer = followPartners({ bus, pool, unitOfWork: deps.unitOfWork, log: deps.log }, deps)
  await Promise.all([consumer.ready(), relay.ready()])
  const publisher = await bus.connectPublisher()
  let seq = 0
  let last = ''

  const publish = async ({ key = randomUUIDv7(), headers = {}, value }: Sent, base: Record<string, string>) => {
    const kept = Object.entries({ ...base, ...headers }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    await publisher.send([{ topic, partition: 0, records: [{ key, headers: Object.fromEntries(kept), value }] }])
  }

  return {
    topics: topics.map(({ name }) => name),
    /** Sends one record with the next number; gives back its fact id. */
    async send(sent: Sent): Promise<string> {
      const id = randomUUIDv7()
      seq++
      await publish(sent, {
        ...wellFormed(id, sent.subject),
        'haven-seq': String(seq),
        ...(last && { 'haven-prev': last }),
      })
      last = id
      return id
    },
    /** Sends a record whose headers keep it out of the stream. */
    sendForeign: (sent: Sent) => publish(sent, wellFormed(randomUUIDv7(), sent.subject)),
    parked: () => listParked(pool, { consumer: 'inbound' }),
    /** Every record of a topic. */
    async records(name: string): Promise<BusRecord[]> {
      const records: BusRecord[] = []
      for await (const record of bus.scan(name)) records.push(record)
      return records
    },
    consumer,
    async close(): Promise<void> {
      await consumer.stop()
      await relay.stop()
      await bus.close()
      await relayPool.end()
    },
  }
}

const wellFormed = (id: string, subject: string = randomUUIDv7()): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: id,
  ce_source: '/services/gateway',
  ce_type: 'haven.partner.inbound.accepted.v1',
  ce_subject: subject,
  ce_time: new Date().toISOString(),
  ce_organisation: 'Partner of Tests',
  'haven-stream': stream,
  'haven-seq': '1',
})

/** Waits until something is so; fails with the last value that was not. */
export async function until<T>(look: () => Promise<T>, isSo: (value: T) => boolean, ms = 20_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const value = await look()
    if (isSo(value)) return value
    if (Date.now() > end) throw new Error(`it did not come about: ${JSON.stringify(value)?.slice(0, 2_000)}`)
    await sleep(50)
  }
}
