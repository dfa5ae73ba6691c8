import { join } from 'node:path'
import { type OpenRecord, openRecord, policyOf } from '@haven/access'
import { createVerifier } from '@haven/auth'
import { type Bus, createBus } from '@haven/bus'
import { serviceNames } from '@haven/contracts'
import { createPool, openDatabase, pingDatabase } from '@haven/db'
import { serviceMigrations } from '@haven/stream'
import { readVerificationKeys } from '@haven/vault'
import type { FastifyBaseLogger } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { actions } from './actions.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { ownEntries } from './events/own-entries.ts'
import { type ChainKeys, readMessage } from './events/read-message.ts'
import { startSequencer } from './sequencer/runner.ts'

/** Opens everything that the settings name; `close` ends it again, in order. @throws when keys are missing or the database is behind */
export async function connect(
  config: Config,
  log: FastifyBaseLogger,
): Promise<{ deps: Deps; close: (() => Promise<unknown>)[]; fatal: Promise<never>[] }> {
  const chainKeys = await readChainKeys(config.HAVEN_PUBLIC_KEYS_DIRECTORY)
  const pools = await openPools(config, log)
  const { HAVEN_KAFKA_BROKERS: brokers, HAVEN_KAFKA_PREFIX: prefix } = config
  const bus = createBus({ brokers, clientId: 'haven-audit', prefix, log })
  const { recorder, relay } = await openRecord({
    service: 'audit',
    pool: pools.record,
    relayPool: pools.relay,
    bus,
    signingKeyFile: config.HAVEN_SIGNING_KEY_FILE,
    log,
  })
  const sequencer = startSequencer({
    pool: pools.sequencer,
    leasePool: pools.lease,
    bus,
    log,
    clock: { now: () => Date.now() },
    gapAfterMs: config.HAVEN_GAP_AFTER_MS,
    read: record => readMessage(record, chainKeys),
    own: ownEntries(policyOf('audit', actions)),
    onOwn: () => relay.wake(),
  })
  const deps: Deps = {
    version: manifest.version,
    log,
    verifier: createVerifier({
      issuer: config.HAVEN_ISSUER,
      audience: 'urn:haven:audit',
      allowDemo: config.HAVEN_ALLOW_DEMO_CREDENTIALS,
    }),
    recorder,
    reader: pools.reader,
    now: () => new Date(),
    readiness: readinessOf({ pools, bus, relay, sequencer }),
    rateLimit: { max: config.HAVEN_RATE_LIMIT_PER_MINUTE, windowMs: 60_000 },
  }
  const endPools = Object.values(pools).map(pool => () => pool.end())
  return {
    deps,
    close: [() => recorder.close(), () => sequencer.stop(), () => relay.stop(), () => bus.close(), ...endPools],
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

type Pools = Awaited<ReturnType<typeof openPools>>

async function openPools(config: Config, log: FastifyBaseLogger) {
  const url = config.HAVEN_DATABASE_URL
  const own = (applicationName: string, max: number) => createPool({ url, applicationName, max, log })
  // A batch is larger than a request and nobody waits for it.
  const timeouts = { connectMs: 5_000, statementMs: 10_000, lockMs: 5_000 }
  const database = { database: 'audit', sources: serviceMigrations('audit') }
  const sequencer = await openDatabase({ ...database, url, applicationName: 'audit sequencer', max: 2, log, timeouts })
  return {
    sequencer,
    relay: createPool({ url: config.HAVEN_RELAY_DATABASE_URL, applicationName: 'audit relay', max: 4, log }),
    reader: createPool({ url: config.HAVEN_READER_DATABASE_URL, applicationName: 'audit reader', max: 20, log }),
    record: own('audit record', 1),
    lease: own('audit lease', 1),
  }
}

function readinessOf({
  pools,
  bus,
  relay,
  sequencer,
}: {
  pools: Pools
  bus: Bus
  relay: OpenRecord['relay']
  sequencer: ReturnType<typeof startSequencer>
}): Deps['readiness'] {
  return {
    database: () => pingDatabase(pools.reader),
    entries: async () => {
      if (relay.backlog().full) throw new Error('too many access entries wait: nothing recorded is answered')
    },
    // While Kafka is away what is in the log is answered, and what was asked meanwhile waits to be in it.
    kafka: { degrades: () => bus.ping() },
    record: {
      degrades: async () => {
        const { mode } = relay.state()
        if (mode !== 'leading' && mode !== 'standby') throw new Error(`the relay of entries is ${mode}`)
      },
    },
    sequencer: { degrades: () => sequencer.ready() },
  }
}
