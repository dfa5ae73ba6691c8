import { randomBytes } from 'node:crypto'
import { type Bus, type BusLog, createBus } from '@haven/bus'
import { testLog } from './log.ts'
import { testServices } from './services.ts'

export interface TestBus extends Bus {
  brokers: string[]
  /** What stands before every topic and group of this bus in the cluster. */
  prefix: string
}

/** A bus to the run's Kafka that sees only what it made itself; `label` shows in the names. Its topics are made by `applyTopics`. */
export function testBus(label = 'test', log: BusLog = testLog()): TestBus {
  const { brokers, run } = testServices()
  const prefix = `test-${run}-${label}-${randomBytes(3).toString('hex')}.`
  return { ...createBus({ brokers, clientId: `haven-${label}`, prefix, log }), brokers, prefix }
}
