import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBus } from '@haven/bus'
import { type RunningKafka, startKafka } from '@haven/local'
import { testLog } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  effects,
  emit,
  isInOrder,
  readerOf,
  relayOf,
  resendTopic,
  type StreamDatabase,
  streamDatabase,
  testTopics,
  thing,
  things,
  until,
} from './harness.ts'

/** A Kafka of this suite's own, to be killed and damaged. */
describe('a broker that is killed', { timeout: 90_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'haven-stream-kafka-'))
  let kafka: RunningKafka
  let owner: StreamDatabase
  let reader: StreamDatabase
  beforeAll(async () => {
    ;[kafka, owner, reader] = await Promise.all([startKafka({ dir }), streamDatabase(), streamDatabase()])
  })
  afterAll(async () => {
    await Promise.all([kafka.stop(), owner.close(), reader.close()])
    rmSync(dir, { recursive: true, force: true })
  })

  async function kill(): Promise<void> {
    process.kill(kafka.pid, 'SIGKILL')
    await kafka.exited
  }

  const again = async () => {
    kafka = await startKafka({ dir, port: kafka.port })
  }

  /** A power loss: the second half of what each partition holds never reached the disk. */
  function cutTails(): number {
    let cut = 0
    const data = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    for (const file of data.filter(one => one.includes(`${things}-`) && one.endsWith('.log'))) {
      const path = join(dir, file)
      const { size } = statSync(path)
      if (size === 0) continue
      truncateSync(path, Math.floor(size / 2))
      cut++
      for (const index of [path.replace(/log$/, 'index'), path.replace(/log$/, 'timeindex')])
        if (existsSync(index)) rmSync(index)
    }
    return cut
  }

  it('once loses nothing, and with its tails cut off what was lost is sent again', async () => {
    const bus = createBus({ brokers: kafka.brokers, clientId: 'stream-restart', log: testLog() })
    await bus.applyTopics([...testTopics, resendTopic])
    const relay = relayOf(owner, bus)
    const consumer = readerOf(reader, bus)
    const keys = ['a', 'b', 'c', 'd', 'e', 'f']
    const emitThings = async (from: number, to: number) => {
      for (let n = from; n <= to; n++)
        await emit(
          owner,
          keys.map(key => thing(key, n)),
        )
      relay.wake()
    }
    const applied = (n: number) => async () => (await effects(reader)).length === keys.length * n
    try {
      await relay.ready()
      await emitThings(1, 10)
      await until('the first', applied(10), 20_000)
      const killed = kill()
      await emitThings(11, 20)
      await killed
      await again()
      await until('what was written meanwhile', applied(20), 30_000)
      expect(consumer.state().asks).toBe(0)

      // Written and acknowledged while the consumer is not there to see it, then lost.
      await consumer.stop()
      await emitThings(21, 30)
      await until('acknowledged', async () => {
        const { rows } = await owner.admin.query('select sum(sent)::int as sent from stream.sent')
        return rows[0].sent === keys.length * 30
      })
      await kill()
      expect(cutTails()).toBeGreaterThan(0)
      await again()
      const successor = readerOf(reader, bus)
      try {
        await until('what was lost', applied(30), 60_000)
        await emitThings(31, 32)
        await until('what comes after', applied(32), 30_000)
        expect(successor.state().asks).toBeGreaterThan(0)
        expect(successor.state().alarms).toBe(0)
      } finally {
        await successor.stop()
      }
      expect(isInOrder(await effects(reader))).toBe(true)
    } finally {
      await consumer.stop()
      await relay.stop()
      await bus.close()
    }
  })
})
