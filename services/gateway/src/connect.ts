import { type Written, writeWork } from '@haven/access'
import { sealedEventType } from '@haven/contracts'
import { createUnitOfWork } from '@haven/db'
import { type Lifetime, openSurroundings, showConsumers } from '@haven/service'
import { hmac, readJwks, readSymmetricKey, sealFor } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { followReceipts } from './events/consumer.ts'
import { createStore, type Tx } from './store/client.ts'

// 30 days: by then intake has destroyed the private half of the key that a fact was sealed for (docs/adr/0005).
const sealedForMs = 30 * 24 * 60 * 60 * 1_000

/**
 * Opens everything that the settings name; `close` ends it again, in that order.
 * @throws when a key is missing or the database is behind: nothing listens then
 */
export async function connect(config: Config, log: FastifyBaseLogger): Promise<{ deps: Deps } & Lifetime> {
  const keys = await readKeys(config)
  const world = await openSurroundings({ name: 'gateway', config, log, sealedForMs })
  const { pool, bus, relay, recorder, verifier, settings, metrics } = world
  const store = createStore(pool)
  const unitOfWork = createUnitOfWork<Tx, Written>({ client: store, writeLast: writeWork, onCommit: relay.wake, log })
  const receipts = followReceipts({ bus, pool, unitOfWork, log })
  showConsumers(metrics, { receipts })
  return {
    deps: {
      ...keys,
      ...{ version: manifest.version, log, verifier, recorder, ...settings, metrics, pool, store, relay },
      now: () => new Date(),
      readiness: { ...world.readiness, receipts: { degrades: () => receipts.ready() } },
    },
    close: [() => receipts.stop(), ...world.close],
    fatal: [receipts.ended],
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
