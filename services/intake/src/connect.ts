import { createVerifier } from '@haven/auth'
import { createBus } from '@haven/bus'
import { topicsOf } from '@haven/contracts'
import { createPool, createUnitOfWork, type MigrationSource, pendingMigrations, pingDatabase } from '@haven/db'
import { type NewFact, startRelay, writeFacts } from '@haven/stream'
import { createSubjectVault, readJwks, readSymmetricKey, vaultMigrations } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { followPartners } from './events/consumer.ts'
import { createStore, type Tx } from './store/client.ts'
import { migrationSources } from './store/migrations.ts'

/** Opens everything that the settings name; `close` ends it again, in order. @throws when keys are missing or a database is behind */
export async function connect(
  config: Config,
  log: FastifyBaseLogger,
): Promise<{ deps: Deps; close: (() => Promise<unknown>)[] }> {
  const keys = await readKeys(config)
  const pool = createPool({ url: config.HAVEN_DATABASE_URL, applicationName: 'intake', max: 20, log })
  const relayPool = createPool({ url: config.HAVEN_RELAY_DATABASE_URL, applicationName: 'intake relay', max: 4, log })
  const keysPool = createPool({ url: config.HAVEN_KEYS_DATABASE_URL, applicationName: 'intake keys', max: 10, log })
  await refuseBehind('intake', pool, migrationSources)
  await refuseBehind('keys', keysPool, [vaultMigrations])

  const bus = createBus({
    brokers: config.HAVEN_KAFKA_BROKERS,
    clientId: 'haven-intake',
    prefix: config.HAVEN_KAFKA_PREFIX,
    log,
  })
  const relay = startRelay({
    service: 'intake',
    pool: relayPool,
    bus,
    topics: topicsOf('intake'),
    log,
    limits: { rows: config.HAVEN_BACKLOG_MAX_ROWS, ageMs: config.HAVEN_BACKLOG_MAX_AGE_MS },
  })
  const store = createStore(pool)
  const unitOfWork = createUnitOfWork<Tx, NewFact>({ client: store, writeLast: writeFacts, onCommit: relay.wake, log })
  const own = {
    vault: createSubjectVault({ pool: keysPool, kek: keys.kek }),
    blindIndexKey: keys.blindIndexKey,
    transportKeys: keys.transportKeys,
    organisation: config.HAVEN_ORGANISATION,
    now: () => new Date(),
  }
  const inbound = followPartners({ bus, pool, unitOfWork, log }, own)
  const verifier = createVerifier({
    issuer: config.HAVEN_ISSUER,
    audience: 'urn:haven:intake',
    allowDemo: config.HAVEN_ALLOW_DEMO_CREDENTIALS,
  })
  const readiness = {
    database: () => pingDatabase(pool),
    keys: () => pingDatabase(keysPool),
    kafka: () => bus.ping(),
    relay: () => relay.ready(),
    inbound: async () => {
      await inbound.ready()
      if (!inbound.state().running) throw new Error('the subscription has ended for good: start the service again')
    },
  }
  const rateLimitPerMinute = config.HAVEN_RATE_LIMIT_PER_MINUTE
  const deps: Deps = {
    version: manifest.version,
    log,
    verifier,
    store,
    unitOfWork,
    relay,
    readiness,
    rateLimitPerMinute,
    ...own,
  }
  const close = [
    () => inbound.stop(),
    () => relay.stop(),
    () => bus.close(),
    ...[relayPool, pool, keysPool].map(each => () => each.end()),
  ]
  return { deps, close }
}

async function readKeys(config: Config) {
  const [kek, blindIndexKey, transportKeys] = await Promise.all([
    readSymmetricKey(config.HAVEN_KEK_FILE),
    readSymmetricKey(config.HAVEN_BLIND_INDEX_KEY_FILE),
    readJwks(config.HAVEN_JWE_KEYS_FILE),
  ])
  return { kek, blindIndexKey, transportKeys }
}

async function refuseBehind(database: string, pool: Pool, sources: MigrationSource[]): Promise<void> {
  const pending = await pendingMigrations({ pool, sources })
  if (pending.length > 0)
    throw new Error(`the database ${database} is behind by ${pending.join(', ')}: run haven migrate`)
}
