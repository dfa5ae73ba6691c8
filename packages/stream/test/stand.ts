import type { TestBus } from '@haven/testkit'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type StreamDatabase, streamBus, streamDatabase } from './harness.ts'

/** An owner's and a reader's database, a bus, and what runs on them; everything is new for each test but the owner's tables. */
export interface Stand {
  owner: StreamDatabase
  reader: StreamDatabase
  bus: TestBus
  /** Stopped after the test. */
  start<T extends { stop(): Promise<void> }>(one: T): T
}

/** Registers the hooks of a suite and answers its stand, which is filled before each test. */
export function stand(): Stand {
  const running: { stop(): Promise<void> }[] = []
  const filled = {
    start(one) {
      running.push(one)
      return one
    },
  } as Stand
  beforeAll(async () => {
    filled.owner = await streamDatabase()
  })
  beforeEach(async () => {
    await filled.owner.admin.query(
      'truncate stream.fact, stream.unsent, stream.numbered, stream.stream, stream.sent, stream.place, stream.parked',
    )
    filled.reader = await streamDatabase()
    filled.bus = await streamBus()
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map(one => one.stop()))
    await filled.bus.close()
    await filled.reader.close()
  })
  afterAll(() => filled.owner.close())
  return filled
}
