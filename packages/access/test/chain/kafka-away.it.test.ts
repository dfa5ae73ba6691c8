import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBus } from '@haven/bus'
import { createPool } from '@haven/db'
import { type RunningKafka, startKafka } from '@haven/local'
import { testLog } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecorder } from '../../src/record/recorder.ts'
import { entryOf, follow, messagesOn, received, stand, topicsOfChain, until } from './stand.ts'

const here = stand()

/** A Kafka of this suite's own, to be killed. */
describe('a broker that is away', { timeout: 120_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'haven-chain-kafka-'))
  let kafka: RunningKafka
  beforeAll(async () => {
    kafka = await startKafka({ dir })
  })
  afterAll(async () => {
    await kafka.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('holds up no answer below the limits and refuses beyond them; afterwards everything arrives, once and contiguous', async () => {
    const bus = createBus({ brokers: kafka.brokers, clientId: 'chain-away', log: testLog() })
    await bus.applyTopics(topicsOfChain)
    await until('a topic that answers', () =>
      messagesOn(bus).then(
        () => true,
        () => false,
      ),
    )
    const pool = createPool({ url: here.database.app, applicationName: 'chain-away', max: 1, log: testLog() })
    const relay = here.start({ bus, limits: { rows: 40, ageMs: 600_000 } })
    const recorder = createRecorder({ pool, log: testLog(), backlog: relay.backlog, onCommit: relay.wake })
    let written = 0
    const record = () => recorder.record([entryOf(++written)])
    try {
      await relay.ready()
      for (let n = 0; n < 20; n++) await record()
      await received(bus, 20)
      process.kill(kafka.pid, 'SIGKILL')
      await kafka.exited
      // What an answer waits for is its commit, and nothing of it is Kafka.
      for (let n = 0; n < 30; n++) {
        const begun = performance.now()
        await record()
        expect(performance.now() - begun).toBeLessThan(2_000)
        await sleep(20)
      }
      expect(relay.backlog()).toMatchObject({ full: false })
      for (let n = 0; n < 20 && !relay.backlog().full; n++) await record()
      await until('the backlog is full', () => relay.backlog().full)
      await expect(recorder.record([entryOf('refused')])).rejects.toMatchObject({ code: 'audit-unavailable' })
      kafka = await startKafka({ dir, port: kafka.port })
      await until(
        'all arrived',
        async () => {
          const messages = await messagesOn(bus).catch(() => [])
          return follow(messages).leaves.length === written
        },
        60_000,
      )
      const { leaves, verdicts } = follow(await messagesOn(bus))
      expect(verdicts.every(is => is === 'accept' || is === 'duplicate')).toBe(true)
      expect(leaves.map(leaf => leaf.entry.id)).toEqual(Array.from({ length: written }, (_, at) => `entry ${at + 1}`))
      await until('the backlog is empty', () => relay.backlog().rows === 0)
      await record()
    } finally {
      await recorder.close()
      await relay.stop()
      await pool.end()
      await bus.close()
    }
  })
})
