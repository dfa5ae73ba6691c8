import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, startPostgres } from '@haven/local'
import type { TestServices } from '@haven/testkit'
import type { TestProject } from 'vitest/node'
import { dropDatabases } from './drop-databases.ts'
import { kafkaIn, postgresIn } from './run-directory.ts'

interface Started {
  adminUrl: string
  brokers: string[]
  stop(): Promise<void>
}

/**
 * One PostgreSQL and one Kafka for all integration tests of a run. HAVEN_TEST_POSTGRES_URL (a superuser's) and
 * HAVEN_TEST_KAFKA_BROKERS (a comma list) name others to use instead; of these the run's databases are removed, its topics
 * (which nobody else sees, by their prefix) age out.
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
  const stop = startReaper(directory)
  try {
    // What is lost with the machine is a test's; without fsync a template is copied in a fifth of the time.
    const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
    const onProgress = (text: string) => console.log(`Kafka: ${text}`)
    const [postgres, kafka] = await Promise.all([
      adminUrl ? { adminUrl } : startPostgres({ dir: postgresIn(directory), settings }),
      brokers ? { brokers } : startKafka({ dir: kafkaIn(directory), onProgress }),
    ])
    return { adminUrl: postgres.adminUrl, brokers: kafka.brokers, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Starts the process that cleans up after this one, however it ends. Answers how to have that done now. */
function startReaper(directory: string): () => Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.unref()
  return async () => {
    child.stdin.end()
    await ended
  }
}
