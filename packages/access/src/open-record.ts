import type { Bus } from '@haven/bus'
import type { ServiceName } from '@haven/contracts'
import type { Log } from '@haven/stream'
import { readSigningKey } from '@haven/vault'
import type { Pool } from 'pg'
import { chainEpoch } from './chain/epoch.ts'
import { type ChainRelay, defaultBacklogLimits, startChainRelay } from './chain/relay.ts'
import { createRecorder, type Recorder, type RecorderOptions } from './record/recorder.ts'

export interface OpenRecordOptions {
  readonly service: ServiceName
  /** As the app role, with `max: 1`: for group commits alone. */
  readonly pool: Pool
  /** As the relay role; 4 connections of it are the record's. */
  readonly relayPool: Pool
  readonly bus: Bus
  /** `<service>.signing.json`: what the chain's heads are signed with. */
  readonly signingKeyFile: string
  readonly log: Log
  /** Commits and leaves that may wait for Kafka before nothing that is recorded is answered; 100,000 unless told. */
  readonly maxWaiting?: number
  /** Told of each group commit. */
  readonly onBatch: NonNullable<RecorderOptions['onBatch']>
}

export interface OpenRecord {
  readonly recorder: Recorder
  readonly relay: ChainRelay
}

/**
 * A service's access record: where entries become durable, and the relay that chains and sends them. Close the recorder before its pool and
 * the relay before the bus.
 * @throws when the signing key cannot be read: a service that cannot sign does not start
 */
export async function openRecord(options: OpenRecordOptions): Promise<OpenRecord> {
  const { service, pool, relayPool, bus, signingKeyFile, log, onBatch } = options
  const key = await readSigningKey(signingKeyFile)
  const epoch = await chainEpoch(relayPool, service)
  const limits = { ...defaultBacklogLimits, rows: options.maxWaiting ?? defaultBacklogLimits.rows }
  const relay = startChainRelay({ service, epoch, pool: relayPool, bus, key, log, limits })
  const recorder = createRecorder({ pool, log, backlog: relay.backlog, onCommit: relay.wake, onBatch })
  return { recorder, relay }
}
