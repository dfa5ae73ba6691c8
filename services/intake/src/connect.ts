import { openRecord, type Written, writeWork } from '@haven/access'
import { createVerifier } from '@haven/auth'
import { createBus } from '@haven/bus'
import { topicsOf } from '@haven/contracts'
import { createPool, createUnitOfWork, type MigrationSource, pendingMigrations, pingDatabase } from '@haven/db'
import { startRelay } from '@haven/stream'
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
): Promise<{ deps: Deps; close: (() => Promise<unknown>)[]; fatal: Promise<never>[] }> {
  const keys = await readKeys(config)
  const pools = await openPools(config, log)
  const { bus, relay } = startSending(config, pools.relay, log)
  const record = await openRecord({
    service: 'intake',
    pool: pools.record,
    relayPool: pools.relay,
    bus,
    signingKeyFile: config.HAVEN_SIGNING_KEY_FILE,
    log,
  })
  const store = createStore(pools.own)
  const onCommit = (): void => {
    relay.wake()
    record.relay.wake()
  }
  const unitOfWork = createUnitOfWork<Tx, Written>({ client: store, writeLast: writeWork, onCommit, log })
  const own = {
    vault: createSubjectVault({ pool: pools.keys, kek: keys.kek }),
    blindIndexKey: keys.blindIndexKey,
    transportKeys: keys.transportKeys,
    organisation: config.HAVEN_ORGANISATION,
    now: () => new Date(),
  }
  const inbound = followPartners({ bus, pool: pools.own, unitOfWork, log }, own)
  const verifier = createVerifier({
    issuer: config.HAVEN_ISSUER,
    audience: 'urn:haven:intake',
    allowDemo: config.HAVEN_ALLOW_DEMO_CREDENTIALS,
  })
  const readiness = {
    database: () => pingDatabase(pools.own),
    keys: () => pingDatabase(pools.keys),
    entries: async () => {
      if (record.relay.backlog().full) throw new Error('too many access entries wait: nothing recorded is answered')
    },
    // While Kafka is away entries and facts wait in the database, and what is recorded is answered.
    kafka: { degrades: () => bus.ping() },
    relay: { degrades: () => leadsOrStandsBy(relay) },
    record: { degrades: () => leadsOrStandsBy(record.relay) },
    inbound: { degrades: () => inbound.ready() },
  }
  const rateLimitPerMinute = config.HAVEN_RATE_LIMIT_PER_MINUTE
  const { version } = manifest
  const deps: Deps = {
    version,
    log,
    verifier,
    recorder: record.recorder,
    store,
    unitOfWork,
    relay,
    readiness,
    rateLimitPerMinute,
    ...own,
  }
  const endPools = Object.values(pools).map(pool => () => pool.end())
  return {
    deps,
    close: [
      () => inbound.stop(),
      record.recorder.close,
      record.relay.stop,
      () => relay.stop(),
      () => bus.close(),
      ...endPools,
    ],
    fatal: [inbound.ended],
  }
}

async function leadsOrStandsBy(relay: { state(): { mode: string } }): Promise<void> {
  const { mode } = relay.state()
  if (mode !== 'leading' && mode !== 'standby') throw new Error(`the relay is ${mode}`)
}

async function readKeys(config: Config) {
  const [kek, blindIndexKey, transportKeys] = await Promise.all([
    readSymmetricKey(config.HAVEN_KEK_FILE),
    readSymmetricKey(config.HAVEN_BLIND_INDEX_KEY_FILE),
    readJwks(config.HAVEN_JWE_KEYS_FILE),
  ])
  return { kek, blindIndexKey, transportKeys }
}

async function openPools(config: Config, log: FastifyBaseLogger) {
  const pools = {
    relay: createPool({ url: config.HAVEN_RELAY_DATABASE_URL, applicationName: 'intake relay', max: 8, log }),
    record: createPool({ url: config.HAVEN_DATABASE_URL, applicationName: 'intake record', max: 1, log }),
    own: createPool({ url: config.HAVEN_DATABASE_URL, applicationName: 'intake', max: 20, log }),
    keys: createPool({ url: config.HAVEN_KEYS_DATABASE_URL, applicationName: 'intake keys', log }),
  }
  await refuseBehind('intake', pools.own, migrationSources)
  await refuseBehind('keys', pools.keys, [vaultMigrations])
  return pools
}

async function refuseBehind(database: string, pool: Pool, sources: MigrationSource[]): Promise<void> {
  const pending = await pendingMigrations({ pool, sources })
  if (pending.length > 0)
    throw new Error(`the database ${database} is behind by ${pending.join(', ')}; run: haven migrate`)
}

function startSending(config: Config, pool: Pool, log: FastifyBaseLogger) {
  const { HAVEN_KAFKA_BROKERS: brokers, HAVEN_KAFKA_PREFIX: prefix } = config
  const bus = createBus({ brokers, clientId: 'haven-intake', prefix, log })
  const limits = { rows: config.HAVEN_BACKLOG_MAX_ROWS, ageMs: config.HAVEN_BACKLOG_MAX_AGE_MS }
  const relay = startRelay({ service: 'intake', pool, bus, topics: topicsOf('intake'), log, limits })
  return { bus, relay }
}
