import { testLog } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  effects,
  emit,
  isInOrder,
  readerOf,
  relayOf,
  type StreamDatabase,
  streamBus,
  streamDatabase,
  thing,
  until,
} from '../test/harness.ts'

describe('a fact on its way', () => {
  let owner: StreamDatabase
  let reader: StreamDatabase
  beforeAll(async () => {
    owner = await streamDatabase()
    reader = await streamDatabase()
  })
  afterAll(() => Promise.all([owner.close(), reader.close()]))

  it('every committed fact is applied once and in the order of its key, and nobody asks for anything', async () => {
    const bus = await streamBus()
    const log = testLog()
    const relay = relayOf(owner, bus, { log })
    const consumer = readerOf(reader, bus, { log })
    try {
      await relay.ready()
      for (let n = 1; n <= 50; n++) {
        await emit(
          owner,
          ['a', 'b', 'c', 'd'].map(key => thing(key, n)),
        )
        relay.wake()
      }
      await until('200 effects', async () => (await effects(reader)).length === 200)
      expect(isInOrder(await effects(reader))).toBe(true)
      expect(consumer.state()).toMatchObject({
        applied: 200,
        asks: 0,
        failures: 0,
        foreign: 0,
        alarms: 0,
        running: true,
      })
      expect(relay.state()).toMatchObject({ mode: 'leading', numbered: 200, sent: 200, failures: 0 })
      await until('an empty backlog', () => relay.backlog().rows === 0)
      expect(log.lines.filter(line => line.level !== 'info' && line.level !== 'debug')).toEqual([])
    } finally {
      await consumer.stop()
      await relay.stop()
      await bus.close()
    }
  })
})
