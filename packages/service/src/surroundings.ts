import { type OpenRecord, openRecord, type Recorder } from '@haven/access'
import { createVerifier, type Verifier } from '@haven/auth'
import { type Bus, createBus } from '@haven/bus'
import { kafkaOf, type ServiceSettings, tracingOf } from '@haven/config'
import { factTopicsOf, type ServiceName } from '@haven/contracts'
import { createPool, openDatabase, pingDatabase } from '@haven/db'
import { migrationsOf, type Relay, startRelay } from '@haven/stream'
import { metrics as createMetrics, type Metrics, startTracing } from '@haven/telemetry'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import type { ServiceDeps } from './create-service.ts'
import { showPools } from './metrics/pools.ts'
import { countCommits } from './metrics/record.ts'
import { isWorking, type RelayReading, showRelays } from './metrics/relays.ts'
import type { Readiness } from './readiness.ts'

export interface SurroundingsOptions {
  readonly name: ServiceName
  readonly config: ServiceSettings
  readonly log: FastifyBaseLogger
  /** Facts older than this travel as tombstones; see `startRelay`. */
  readonly sealedForMs?: number
}

/** What every service has around it, one without facts of its own too. */
export interface RecordingSurroundings {
  /** Its database, as the app role. */
  readonly pool: Pool
  readonly bus: Bus
  /** Shows relays, group commits and the pools of here; a service adds its consumers and pools, and hands them to `createService`, which closes them. */
  readonly metrics: Metrics
  /** Tells the record's relay that entries were committed. */
  wake(): void
  /** Where an entry is made durable before its answer leaves. */
  readonly recorder: Recorder
  /** Of tokens for `urn:haven:<name>`. */
  readonly verifier: Verifier
  /** Checks of database, Kafka and relays; a service adds its consumers and whatever else it cannot do without. */
  readonly readiness: Readiness
  /** What `createService` takes of the settings. */
  readonly settings: Pick<ServiceDeps, 'commit' | 'rateLimit' | 'loadLimit'>
  /** Ends all of it, one after the other; a service's consumers are to be stopped before. */
  readonly close: readonly (() => Promise<unknown>)[]
}

/** What a service that states facts has around it. */
export interface Surroundings extends Omit<RecordingSurroundings, 'wake'> {
  /** Sends what the service writes; `wake` tells the record's relay too, for facts and entries are committed together. */
  readonly relay: Relay
}

/**
 * Opens what a service has around it by its settings, without streams of facts. Nothing waits for Kafka: readiness tells when it is there.
 * @throws MigrationError when the database is behind, what a key file lacks, or what the database answers; nothing is left open then
 */
export async function openRecordingSurroundings(
  options: Omit<SurroundingsOptions, 'sealedForMs'>,
): Promise<RecordingSurroundings> {
  const { relayPool: _, entries, ...world } = await openBoth(options)
  showRelays(world.metrics, { entries })
  return world
}

/** The same for a service that states facts: with the relay that sends them. @throws what `openRecordingSurroundings` throws */
export async function openSurroundings(options: SurroundingsOptions): Promise<Surroundings> {
  const { relayPool, wake, entries, ...world } = await openBoth(options)
  const { name, config, log, sealedForMs } = options
  const limits = { rows: config.HAVEN_BACKLOG_MAX_ROWS, ageMs: config.HAVEN_BACKLOG_MAX_AGE_MS }
  const sealed = sealedForMs === undefined ? {} : { sealedForMs }
  const stream = { pool: relayPool, bus: world.bus, service: name, topics: factTopicsOf(name), log, limits, ...sealed }
  const relay = startRelay(stream)
  showRelays(world.metrics, { facts: () => ({ unreadable: 0, ...relay.state() }), entries })
  const wakeBoth = (): void => {
    relay.wake()
    wake()
  }
  return {
    ...world,
    relay: { ...relay, wake: wakeBoth },
    readiness: { ...world.readiness, relay: { degrades: async () => refuseIdle(relay) } },
    close: [() => relay.stop(), ...world.close],
  }
}

async function openBoth({ name, config, log }: Omit<SurroundingsOptions, 'sealedForMs'>) {
  const { HAVEN_DATABASE_URL: url, HAVEN_RELAY_DATABASE_URL: relayUrl } = config
  const database = { database: name, sources: migrationsOf(name) }
  const pool = await openDatabase({ ...database, url, applicationName: name, max: 12, min: 12, log })
  const relayPool = createPool({ url: relayUrl, applicationName: `${name} relay`, max: 8, log })
  const recordPool = createPool({ url, applicationName: `${name} record`, max: 1, min: 1, log })
  const bus = createBus({ ...kafkaOf(config), clientId: `haven-${name}`, log })
  const tracing = await startTracing({ service: name, ...tracingOf(config), log })
  const endPools = [relayPool, recordPool, pool].map(each => () => each.end())
  const closeRest = [() => bus.close(), ...endPools, () => tracing.stop()]
  const metrics = createMetrics({ service: name })
  showPools(metrics, { app: pool, relay: relayPool, record: recordPool })
  const { HAVEN_SIGNING_KEY_FILE: signingKeyFile, HAVEN_BACKLOG_MAX_ROWS: maxWaiting } = config
  const recording = {
    pool: recordPool,
    relayPool,
    bus,
    signingKeyFile,
    log,
    maxWaiting,
    onBatch: countCommits(metrics),
  }
  const record = await openRecord({ service: name, ...recording }).catch(async (error: unknown) => {
    for (const close of [() => metrics.close(), ...closeRest]) await close()
    throw error
  })
  const { HAVEN_ISSUER: issuer, HAVEN_ALLOW_DEMO_CREDENTIALS: allowDemo } = config
  return {
    pool,
    relayPool,
    bus,
    metrics,
    entries: () => entriesOf(record),
    wake: () => record.relay.wake(),
    recorder: record.recorder,
    verifier: createVerifier({ issuer, audience: `urn:haven:${name}`, allowDemo }),
    readiness: {
      database: () => pingDatabase(pool),
      entries: async () => refuseFull(record),
      // While Kafka is away entries and facts wait in the database, and what is recorded is answered.
      kafka: { degrades: () => bus.ping() },
      record: { degrades: async () => refuseIdle(record.relay) },
    },
    settings: {
      ...(config.HAVEN_COMMIT !== undefined && { commit: config.HAVEN_COMMIT }),
      rateLimit: { max: config.HAVEN_RATE_LIMIT_PER_MINUTE, windowMs: 60_000 },
      loadLimit: { loopDelayMs: config.HAVEN_LOOP_DELAY_MAX_MS },
    },
    close: [() => record.recorder.close(), () => record.relay.stop(), ...closeRest],
  }
}

function entriesOf({ relay }: OpenRecord): RelayReading {
  const { stored, ...state } = relay.state()
  return { ...state, numbered: stored }
}

function refuseIdle(relay: { state(): Pick<RelayReading, 'mode'> }): void {
  const { mode } = relay.state()
  if (!isWorking(mode)) throw new Error(`the relay is ${mode}`)
}

function refuseFull({ relay }: OpenRecord): void {
  if (relay.backlog().full) throw new Error('too many access entries wait: nothing recorded is answered')
}
