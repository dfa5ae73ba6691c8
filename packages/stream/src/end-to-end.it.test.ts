import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  effects,
  emit,
  insertEffect,
  isInOrder,
  silent,
  streamBus,
  streamDatabase,
  type TestDatabase,
  testTopics,
  thing,
  things,
  unitOfWorkOn,
  until,
} from '../test/harness.ts'
import { startConsumer } from './consumer/consumer.ts'
import { startRelay } from './relay/relay.ts'

describe('a fact on its way', () => {
  let owner: TestDatabase
  let reader: TestDatabase
  beforeAll(async () => {
    owner = await streamDatabase()
    reader = await streamDatabase()
  })
  afterAll(() => Promise.all([owner.close(), reader.close()]))

  it('every committed fact is applied once and in the order of its key', async () => {
    const { bus } = await streamBus()
    const limits = { rows: 10_000, ageMs: 60_000 }
    const relay = startRelay({ service: 'streamtest', pool: owner.relay, bus, topics: testTopics, log: silent, limits })
    const consumer = startConsumer({
      service: 'streamtest',
      name: 'reader',
      bus,
      topics: [things],
      pool: reader.app,
      unitOfWork: unitOfWorkOn(reader.app),
      effect: async (fact, work) => {
        await insertEffect(work.tx, fact.id, fact.key, Number(fact.data?.n))
      },
      log: silent,
    })
    try {
      await relay.ready()
      for (let n = 1; n <= 50; n++) {
        await emit(
          owner.app,
          ['a', 'b', 'c', 'd'].map(key => thing(key, n)),
        )
        relay.wake()
      }
      await until('200 effects', async () => (await effects(reader.app)).length === 200)
      expect(isInOrder(await effects(reader.app))).toBe(true)
      expect(consumer.state()).toMatchObject({ applied: 200, asks: 0, failures: 0 })
      expect(relay.state()).toMatchObject({ mode: 'leading', numbered: 200, sent: 200 })
      await until('an empty backlog', () => relay.backlog().rows === 0)
    } finally {
      await consumer.stop()
      await relay.stop()
      await bus.close()
    }
  })
})
