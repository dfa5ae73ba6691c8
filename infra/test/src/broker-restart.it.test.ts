import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BusError, createBus, type Publisher } from '@haven/bus'
import { freePort, type RunningKafka, startKafka } from '@haven/local'
import { testLog } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// A broker of its own: the others' must not go away under them.
describe('while the broker is killed and comes back', () => {
  const dir = mkdtempSync(join(tmpdir(), 'haven-broker-restart-'))
  let port: number
  let kafka: RunningKafka
  const start = () => startKafka({ dir, port })
  beforeAll(async () => {
    port = await freePort()
    kafka = await start()
  })
  afterAll(async () => {
    await kafka?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  test('what a publisher sends again arrives, and a subscription goes on by itself', async () => {
    const bus = createBus({ brokers: [`127.0.0.1:${port}`], clientId: 'restart', log: testLog() })
    await bus.applyTopics([{ name: 'things', partitions: 2, retentionMs: 3_600_000 }])
    const got = new Set<string>()
    const subscription = await bus.subscribe({
      group: 'g',
      topics: ['things'],
      async onBatch(records, { commit }) {
        for (const { value } of records) got.add(String(value))
        await commit(records.at(-1)!.offset + 1n)
      },
    })
    let crashed: Error | undefined
    subscription.onCrash(error => {
      crashed = error
    })
    await subscription.ready()
    const publisher = await bus.connectPublisher()
    const sending = sendAll(publisher, 60)
    await until(() => got.size >= 5)
    process.kill(kafka.pid, 'SIGKILL')
    await kafka.exited
    await expect(bus.ping()).rejects.toMatchObject({ code: 'unavailable' })
    kafka = await start()
    const failures = await sending
    await until(() => got.size === 60)
    expect(failures).toBeGreaterThan(0)
    expect(crashed).toBeUndefined()
    await bus.ping()
    await bus.close()
  }, 60_000)
})

/** Sends one after the other, each until it is acknowledged. Answers how often that took another try. */
async function sendAll(publisher: Publisher, count: number): Promise<number> {
  let failures = 0
  for (let i = 0; i < count; ) {
    const records = [{ key: `${i}`, headers: {}, value: Buffer.from(`${i}`) }]
    try {
      await publisher.send([{ topic: 'things', partition: i % 2, records }])
      i++
      await sleep(20)
    } catch (error) {
      if (!(error instanceof BusError && error.transient)) throw error
      failures++
      await sleep(200)
    }
  }
  return failures
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20)
}
