import { type Written, writeWork } from '@haven/access'
import { createUnitOfWork, openDatabase, pingDatabase } from '@haven/db'
import { type Lifetime, openSurroundings, showConsumers, showPools } from '@haven/service'
import { createSubjectVault, readJwks, readSymmetricKey, type SymmetricKey, vaultMigrations } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { followPartners } from './events/consumer.ts'
import { createStore, type Tx } from './store/client.ts'

/**
 * Opens everything that the settings name; `close` ends it again, in that order.
 * @throws when keys are missing or not those of the database, or when a database is behind: nothing listens then
 */
export async function connect(config: Config, log: FastifyBaseLogger): Promise<{ deps: Deps } & Lifetime> {
  const { kek, ...keys } = await readKeys(config)
  const { vault, keysPool } = await openVault(config, kek, log)
  const world = await openSurroundings({ name: 'intake', config, log }).catch(async (error: unknown) => {
    await keysPool.end()
    throw error
  })
  const { pool, bus, relay, recorder, verifier, settings, metrics } = world
  const store = createStore(pool)
  const unitOfWork = createUnitOfWork<Tx, Written>({ client: store, writeLast: writeWork, onCommit: relay.wake, log })
  const own = { ...keys, vault, organisation: config.HAVEN_ORGANISATION, now: () => new Date() }
  const inbound = followPartners({ bus, pool, unitOfWork, log }, own)
  showConsumers(metrics, { inbound })
  showPools(metrics, { keys: keysPool })
  return {
    deps: {
      ...own,
      ...{ version: manifest.version, log, verifier, recorder, ...settings, metrics, pool, store, unitOfWork, relay },
      readiness: {
        ...world.readiness,
        keys: () => pingDatabase(keysPool),
        inbound: { degrades: () => inbound.ready() },
      },
    },
    close: [() => inbound.stop(), ...world.close, () => keysPool.end()],
    fatal: [inbound.ended],
  }
}

async function readKeys(config: Config) {
  const [kek, blindIndexKey, transportKeys] = await Promise.all([
    readSymmetricKey(config.HAVEN_KEK_FILE),
    readSymmetricKey(config.HAVEN_BLIND_INDEX_KEY_FILE),
    readJwks(config.HAVEN_JWE_KEYS_FILE),
  ])
  return { kek, blindIndexKey, transportKeys }
}

async function openVault(config: Config, kek: SymmetricKey, log: FastifyBaseLogger) {
  const database = { database: 'keys', sources: [vaultMigrations] }
  const pool = await openDatabase({
    ...database,
    url: config.HAVEN_KEYS_DATABASE_URL,
    applicationName: 'intake keys',
    max: 10,
    min: 10,
    log,
  })
  const vault = createSubjectVault({ pool, kek })
  try {
    await vault.assertOpens()
  } catch (error) {
    await pool.end()
    throw error
  }
  return { vault, keysPool: pool }
}
