import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identify, removePostgres, startKafka, startPostgres } from '@haven/local'
import type { TestServices } from '@haven/testkit'
import type { TestProject } from 'vitest/node'
import { dropDatabases } from './drop-databases.ts'
import type { Reaped } from './reaper.ts'

interface Started {
  adminUrl: string
  brokers: string[]
  stop(): Promise<void>
}

/**
 * One PostgreSQL and one Kafka for all integration tests of a run. HAVEN_TEST_POSTGRES_URL (a superuser's) and
 * HAVEN_TEST_KAFKA_BROKERS (a comma list) name others to use instead; of these the run's
 * databases are removed, its topics (which nobody else sees, by their prefix) age out.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = randomBytes(3).toString('hex')
  const { HAVEN_TEST_POSTGRES_URL: adminUrl, HAVEN_TEST_KAFKA_BROKERS: brokers } = process.env
  const started = await start(
    adminUrl,
    brokers?.split(',').map(broker => broker.trim()),
  )
  const services: TestServices = { adminUrl: started.adminUrl, brokers: started.brokers, run }
  project.provide('havenServices', services)
  return async () => {
    if (adminUrl) await dropDatabases(adminUrl, run)
    await started.stop()
  }
}

async function start(adminUrl: string | undefined, brokers: string[] | undefined): Promise<Started> {
  if (adminUrl && brokers) return { adminUrl, brokers, stop: async () => {} }
  const directory = mkdtempSync(join(tmpdir(), 'haven-test-'))
  const reaper = startReaper()
  const stops: (() => Promise<void>)[] = []
  try {
    const [postgres, kafka] = await Promise.all([
      adminUrl ? { adminUrl } : embeddedPostgres(directory, reaper, stops),
      brokers ? { brokers } : embeddedKafka(directory, reaper, stops),
    ])
    return { adminUrl: postgres.adminUrl, brokers: kafka.brokers, stop }
  } catch (error) {
    await stop()
    throw error
  }

  async function stop(): Promise<void> {
    await Promise.all(stops.map(one => one()))
    await reaper.end()
  }
}

async function embeddedPostgres(directory: string, reaper: Reaper, stops: (() => Promise<void>)[]) {
  const dir = join(directory, 'postgres')
  reaper.note({ directory: dir })
  // What is lost with the machine is a test's; without fsync a template is copied in a fifth of the time.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const postgres = await startPostgres({ dir, settings })
  const identity = identify(postgres.pid)
  if (identity) reaper.note({ directory: dir, process: identity, signal: 'SIGINT' })
  stops.push(async () => {
    await postgres.stop()
    removePostgres(dir)
  })
  return postgres
}

async function embeddedKafka(directory: string, reaper: Reaper, stops: (() => Promise<void>)[]) {
  const kafka = await startKafka({ dir: join(directory, 'kafka'), onProgress: text => console.log(`Kafka: ${text}`) })
  const identity = identify(kafka.pid)
  if (identity) reaper.note({ directory, process: identity })
  stops.push(() => kafka.stop())
  return kafka
}

interface Reaper {
  note(entry: Reaped): void
  /** Nothing is left to stop: it removes the directories and goes. */
  end(): Promise<void>
}

function startReaper(): Reaper {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.stdin?.on('error', () => {})
  child.unref()
  return {
    note: entry => void child.stdin?.write(`${JSON.stringify(entry)}\n`),
    end: async () => {
      child.stdin?.end()
      await ended
    },
  }
}
