import { BusError, toBusError } from '../errors.ts'
import type { Names } from '../names.ts'
import type { OutgoingBatch, Publisher } from '../types.ts'
import type { Barrier } from './barriers.ts'
import { type ClientOptions, createProducer } from './client.ts'

/** Connects a producer. @throws BusError `unavailable` */
export async function connectPublisher(options: ClientOptions, names: Names, barrier: Barrier): Promise<Publisher> {
  const producer = createProducer(
    options,
    (topic, partition) =>
      new BusError(
        'partition-missing',
        `Topic ${names.in(topic)} has no partition ${partition}: run 'haven topics apply'.`,
      ),
  )
  let closed = false
  await producer.connect().catch(error => {
    // A broker that took the connection and then hung has it still.
    producer.disconnect().catch(() => undefined)
    throw toBusError(error, 'connecting a publisher')
  })

  return {
    async send(batches) {
      if (closed) throw new BusError('closed', 'This publisher is closed.')
      const filled = batches.filter(batch => batch.records.length > 0)
      if (filled.length === 0) return
      const acknowledged = await producer
        .sendBatch({ acks: -1, timeout: 5000, topicMessages: toMessages(filled, names) })
        .catch(error => {
          const said = error.cause instanceof BusError ? error.cause : toBusError(error, 'sending')
          barrier.set(said)
          throw said
        })
      barrier.set(null)
      const seen = new Set(
        acknowledged.filter(one => one.errorCode === 0).map(one => `${one.topicName}/${one.partition}`),
      )
      const missing = filled.find(batch => !seen.has(`${names.out(batch.topic)}/${batch.partition}`))
      if (missing)
        throw new BusError('unavailable', `Topic ${missing.topic} partition ${missing.partition} did not acknowledge.`)
    },
    async close() {
      closed = true
      barrier.set(null)
      await producer.disconnect()
    },
  }
}

function toMessages(batches: OutgoingBatch[], names: Names) {
  return batches.map(({ topic, partition, records }) => ({
    topic: names.out(topic),
    messages: records.map(record => ({ ...record, partition })),
  }))
}
