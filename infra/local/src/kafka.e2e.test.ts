import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { kafkaPrograms, type RunningKafka, startKafka } from './kafka.ts'
import { brokenJars, defaultCacheDir, pinnedJars } from './kafka-jars.ts'
import { kafkaServes } from './kafka-probe.ts'
import { identify } from './process-identity.ts'

const work = mkdtempSync(join(tmpdir(), 'haven-kafka-'))
const [dir, cacheDir] = [join(work, 'kafka'), join(work, 'cache')]
const log = { info: vi.fn(), warn: vi.fn() }
let running: RunningKafka

beforeAll(async () => {
  await kafkaPrograms(defaultCacheDir(), {})
  cpSync(defaultCacheDir(), cacheDir, { recursive: true, preserveTimestamps: true })
})
afterAll(async () => {
  await running?.stop()
  rmSync(work, { recursive: true, force: true })
})

it('a cached jar with one flipped bit is found and fetched anew by itself', async () => {
  const jars = join(cacheDir, readdirSync(cacheDir).find(name => name.startsWith('kafka-4')) as string)
  const victim = join(jars, 'kafka-clients-4.1.0.jar')
  const bytes = readFileSync(victim)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
  writeFileSync(victim, bytes)
  running = await startKafka({ dir, cacheDir, log })
  expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('kafka-clients-4.1.0.jar'))
  expect(await brokenJars(jars, pinnedJars())).toEqual([])
  expect(await kafkaServes(running.port)).toBe(true)
})

it('a Kafka that a killed start left behind is stopped before the next one starts', async () => {
  const orphan = running
  running = await startKafka({ dir, cacheDir, port: orphan.port, log })
  expect(log.warn).toHaveBeenCalledWith(expect.stringContaining(`pid ${orphan.pid}`))
  expect(identify(orphan.pid)).toBeUndefined()
})

it('serves again on its port within seconds of kill -9', async () => {
  const killed = running
  process.kill(killed.pid, 'SIGKILL')
  await killed.exited
  const since = performance.now()
  running = await startKafka({ dir, cacheDir, port: killed.port, log })
  expect(running.port).toBe(killed.port)
  expect(performance.now() - since).toBeLessThan(10_000)
})

it('is gone after stop, and its port free', async () => {
  await running.stop()
  expect(identify(running.pid)).toBeUndefined()
  expect(await kafkaServes(running.port)).toBe(false)
})
