import { openRecord, type Written, writeWork } from '@haven/access'
import { createVerifier } from '@haven/auth'
import { type Bus, createBus } from '@haven/bus'
import { sealedEventType, topicsOf } from '@haven/contracts'
import { createPool, createUnitOfWork, pendingMigrations, pingDatabase } from '@haven/db'
import { type Relay, startRelay } from '@haven/stream'
import { hmac, readJwks, readSymmetricKey, sealFor } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { followReceipts } from './events/consumer.ts'
import { createStore, type Store, type Tx } from './store/client.ts'
import { migrationSources } from './store/migrations.ts'

type Log = FastifyBaseLogger
type Close = () => Promise<unknown>

/**
 * Opens everything that the settings name; `close` ends it again, in that order.
 * @throws when a key is missing or the database is behind: nothing listens then
 */
export async function connect(
  config: Config,
  log: Log,
): Promise<{ deps: Deps; close: Close[]; fatal: Promise<never>[] }> {
  const keys = await readKeys(config)
  const { pool, recordPool, relayPool, store } = await openDatabase(config, log)
  const bus = openBus(config, log)
  const relay = openRelay(config, { pool: relayPool, bus, log })
  const signingKeyFile = config.HAVEN_SIGNING_KEY_FILE
  const record = await openRecord({ service: 'gateway', pool: recordPool, relayPool, bus, signingKeyFile, log })
  const receipts = followReceipts({ bus, pool, log, unitOfWork: unitOfWorkOn(store, relay, log) })
  const verifier = createVerifier({
    issuer: config.HAVEN_ISSUER,
    audience: 'urn:haven:gateway',
    allowDemo: config.HAVEN_ALLOW_DEMO_CREDENTIALS,
  })
  const readiness = {
    database: () => pingDatabase(pool),
    entries: async () => {
      if (record.relay.backlog().full) throw new Error('too many access entries wait: nothing recorded is answered')
    },
    // While Kafka is away entries and facts wait in the database, and what is recorded is answered.
    kafka: { degrades: () => bus.ping() },
    relay: { degrades: () => leadsOrStandsBy(relay) },
    record: { degrades: () => leadsOrStandsBy(record.relay) },
    receipts: { degrades: () => receipts.ready() },
  }
  return {
    deps: {
      ...keys,
      ...{ version: manifest.version, log, verifier, pool, store, relay: wakingBoth(relay, record.relay), readiness },
      recorder: record.recorder,
      now: () => new Date(),
      rateLimitPerMinute: config.HAVEN_RATE_LIMIT_PER_MINUTE,
    },
    close: [
      () => receipts.stop(),
      record.recorder.close,
      record.relay.stop,
      () => relay.stop(),
      () => bus.close(),
      ...[relayPool, recordPool, pool].map(each => () => each.end()),
    ],
    fatal: [receipts.ended],
  }
}

async function leadsOrStandsBy(relay: { state(): { mode: string } }): Promise<void> {
  const { mode } = relay.state()
  if (mode !== 'leading' && mode !== 'standby') throw new Error(`the relay is ${mode}`)
}

/** An acceptance commits facts and its entry together. */
function wakingBoth(relay: Relay, record: { wake(): void }): Deps['relay'] {
  return {
    backlog: () => relay.backlog(),
    wake() {
      relay.wake()
      record.wake()
    },
  }
}

async function readKeys(config: Config): Promise<Pick<Deps, 'digest' | 'seal'>> {
  const identityKey = await readSymmetricKey(config.HAVEN_IDENTITY_KEY_FILE)
  const intakeKeys = await readJwks(config.HAVEN_INTAKE_JWKS_FILE)
  return {
    digest: (...parts) => hmac(identityKey, ...parts),
    seal: plaintext => sealFor(intakeKeys, plaintext, { typ: sealedEventType }),
  }
}

async function openDatabase(
  config: Config,
  log: Log,
): Promise<{ pool: Pool; recordPool: Pool; relayPool: Pool; store: Store }> {
  const pool = createPool({ url: config.HAVEN_DATABASE_URL, applicationName: 'gateway', max: 20, log })
  const pending = await pendingMigrations({ pool, sources: migrationSources })
  if (pending.length > 0) throw new Error(`the database is behind by ${pending.join(', ')}; run: haven migrate`)
  const relayPool = createPool({ url: config.HAVEN_RELAY_DATABASE_URL, applicationName: 'gateway relay', max: 8, log })
  const recordPool = createPool({ url: config.HAVEN_DATABASE_URL, applicationName: 'gateway record', max: 1, log })
  return { pool, recordPool, relayPool, store: createStore(pool) }
}

function openBus(config: Config, log: Log): Bus {
  const { HAVEN_KAFKA_BROKERS: brokers, HAVEN_KAFKA_PREFIX: prefix } = config
  return createBus({ brokers, prefix, clientId: 'haven-gateway', log })
}

// 30 days: by then intake has destroyed the private half of the key that a fact was sealed for (docs/adr/0005).
const sealedForMs = 30 * 24 * 60 * 60 * 1_000

function openRelay(config: Config, world: { pool: Pool; bus: Bus; log: Log }): Relay {
  const limits = { rows: config.HAVEN_BACKLOG_MAX_ROWS, ageMs: config.HAVEN_BACKLOG_MAX_AGE_MS }
  return startRelay({ ...world, service: 'gateway', topics: topicsOf('gateway'), limits, sealedForMs })
}

function unitOfWorkOn(store: Store, relay: Relay, log: Log) {
  return createUnitOfWork<Tx, Written>({ client: store, writeLast: writeWork, onCommit: relay.wake, log })
}
