import { createBus } from '@haven/bus'
import { accessTopics, topics } from '@haven/contracts'

/** Makes the topics of the table in contracts. Nothing writes or reads yet, and a service sends again what it has recorded. */
export async function prepareTopics(brokers: string[]): Promise<void> {
  const silent = () => {}
  const log = { debug: silent, info: silent, warn: silent, error: silent }
  const bus = createBus({ brokers, clientId: 'haven-start', log })
  try {
    await bus.applyTopics(topics, accessTopics)
  } finally {
    await bus.close()
  }
}
