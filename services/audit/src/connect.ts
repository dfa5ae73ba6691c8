import { join } from 'node:path'
import { policyOf } from '@haven/access'
import { serviceNames } from '@haven/contracts'
import { createPool, pingDatabase } from '@haven/db'
import { type Lifetime, openRecordingSurroundings, showPools } from '@haven/service'
import { readVerificationKeys } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { actions } from './actions.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { ownEntries } from './events/own-entries.ts'
import { type ChainKeys, readMessage } from './events/read-message.ts'
import { startSequencer } from './sequencer/runner.ts'
import { showSequencer } from './sequencer/show.ts'

// A batch is larger than a request and nobody waits for it.
const batchTimeouts = { connectMs: 5_000, statementMs: 10_000, lockMs: 5_000 }

/** Opens everything that the settings name; `close` ends it again, in order. @throws when keys are missing or the database is behind */
export async function connect(config: Config, log: FastifyBaseLogger): Promise<{ deps: Deps } & Lifetime> {
  const chainKeys = await readChainKeys(config.HAVEN_PUBLIC_KEYS_DIRECTORY)
  const world = await openRecordingSurroundings({ name: 'audit', config, log })
  const { bus, recorder, verifier, settings, metrics } = world
  const url = config.HAVEN_DATABASE_URL
  const batches = createPool({
    url,
    applicationName: 'audit sequencer',
    max: 2,
    log,
    timeouts: batchTimeouts,
    pipeline: true,
  })
  const reader = createPool({ url: config.HAVEN_READER_DATABASE_URL, applicationName: 'audit reader', max: 20, log })
  const sequencer = startSequencer({
    pool: batches,
    leasePool: world.pool,
    bus,
    log,
    clock: { now: () => Date.now() },
    gapAfterMs: config.HAVEN_GAP_AFTER_MS,
    giveUpAfterMs: config.HAVEN_GIVE_UP_AFTER_MS,
    read: record => readMessage(record, chainKeys),
    own: ownEntries(policyOf('audit', actions)),
    onOwn: world.wake,
  })
  showPools(metrics, { sequencer: batches, reader })
  showSequencer(metrics, sequencer)
  return {
    deps: {
      ...{ version: manifest.version, log, verifier, recorder, ...settings, metrics, reader },
      now: () => new Date(),
      readiness: {
        ...world.readiness,
        reader: () => pingDatabase(reader),
        // While Kafka is away what is in the log is answered, and what was asked meanwhile waits to be in it.
        sequencer: { degrades: () => sequencer.ready() },
      },
    },
    close: [() => sequencer.stop(), ...world.close, () => batches.end(), () => reader.end()],
    fatal: [sequencer.ended],
  }
}

/** What every service signs its chain with, by service. */
async function readChainKeys(directory: string): Promise<ChainKeys> {
  const sets = serviceNames.map(
    async service => [service, await readVerificationKeys(join(directory, `${service}.signing.json`))] as const,
  )
  return new Map(await Promise.all(sets))
}
