import type { Bus, OutgoingBatch, OutgoingRecord } from '@haven/bus'

/** A bus that acknowledges some records and loses them, as a broker does whose power fails. */
export function losing(bus: Bus, isLost: (record: OutgoingRecord) => boolean): Bus {
  return {
    ...bus,
    async connectPublisher() {
      const publisher = await bus.connectPublisher()
      const keep = (batch: OutgoingBatch) => ({ ...batch, records: batch.records.filter(record => !isLost(record)) })
      return { ...publisher, send: batches => publisher.send(batches.map(keep)) }
    },
  }
}

/** A bus whose sends fail while `isAway`; connections, readers and subscriptions stay. */
export function failing(bus: Bus, isAway: () => boolean): Bus {
  return {
    ...bus,
    async connectPublisher() {
      const publisher = await bus.connectPublisher()
      return {
        ...publisher,
        async send(batches) {
          if (isAway()) throw new Error('the broker is away')
          await publisher.send(batches)
        },
      }
    },
  }
}
