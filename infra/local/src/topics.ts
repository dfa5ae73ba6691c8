import { createBus } from '@haven/bus'
import { topics } from '@haven/contracts'

/** Makes the topics of the table in contracts. */
export async function prepareTopics(brokers: string[]): Promise<void> {
  const silent = () => {}
  const log = { debug: silent, info: silent, warn: silent, error: silent }
  const bus = createBus({ brokers, clientId: 'haven-start', log })
  try {
    await bus.applyTopics(topics)
  } finally {
    await bus.close()
  }
}
