import type { ServiceSettings } from '@haven/config'
import { type ServiceName, topics } from '@haven/contracts'
import pg from 'pg'
import { type TestBus, testBus } from './bus.ts'
import { type TestDatabase, type TestDatabaseOptions, testDatabase } from './database.ts'
import { type TestIssuer, testIssuer } from './issuer.ts'
import { type TestKeys, testKeys } from './keys.ts'
import { testSettings } from './settings.ts'

/** All that a service's settings name, for tests that connect it as `main.ts` does. */
export interface TestWorld {
  /** With every topic. */
  readonly bus: TestBus
  readonly keys: TestKeys
  readonly issuer: TestIssuer
  /** A database of the service, dropped by `end`. */
  database(options?: TestDatabaseOptions): Promise<TestDatabase>
  /** The settings that every service has, on this database. */
  settings(database: TestDatabase): ServiceSettings
  /** Sessions that the service holds in it; PostgreSQL forgets one a moment after its client has gone. */
  sessions(database: TestDatabase): Promise<number>
  end(): Promise<void>
}

/** The world of one service in this run's PostgreSQL and Kafka. */
export async function testWorld(service: ServiceName): Promise<TestWorld> {
  const [keys, issuer] = await Promise.all([testKeys(), testIssuer()])
  const bus = testBus(service)
  await bus.applyTopics(topics)
  const databases: TestDatabase[] = []
  return {
    bus,
    keys,
    issuer,
    async database(options) {
      const made = await testDatabase(service, options)
      databases.push(made)
      return made
    },
    settings: database => testSettings({ database, bus, issuer: issuer.url, signingKeyFile: keys.signing(service) }),
    sessions: database => sessionsIn(database, service),
    async end() {
      for (const { drop } of databases) await drop()
      await Promise.all([bus.close(), issuer.close(), keys.remove()])
    },
  }
}

async function sessionsIn({ admin, name }: TestDatabase, service: string): Promise<number> {
  const client = new pg.Client({ connectionString: admin })
  await client.connect()
  const { rows } = await client.query(
    'select count(*)::int as held from pg_stat_activity where datname = $1 and application_name like $2',
    [name, `${service}%`],
  )
  await client.end()
  return rows[0].held
}
