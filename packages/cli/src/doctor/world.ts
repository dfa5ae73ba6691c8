import type { Bus } from '@haven/bus'
import type { ServiceName } from '@haven/contracts'
import type { Pool } from 'pg'
import type { DatabaseName } from '../databases.ts'
import type { Judged } from './finding.ts'

/** What the doctor looks at, and how. Tests hand it another. */
export interface World {
  /** The settings files of services that were named. */
  envFiles: readonly string[]
  /** Absolute. */
  keysDirectory: string | undefined
  /** Directories whose disk is looked at. */
  dataDirectories: readonly string[]
  issuer: string | undefined
  /** Certificates (PEM) of the private authority. */
  authority: string | undefined
  brokers: readonly string[]
  /** Who signs in to Kafka by the settings. */
  kafkaUser: string | undefined
  /** @throws CliFailure when the setting is missing */
  serviceUrl(name: ServiceName): string
  /** @throws CliFailure when the setting is missing */
  databaseUrl(name: DatabaseName): string
  /** Works on a database as its owner. @throws CliFailure when the setting is missing, or what the database answers */
  onDatabase<T>(name: DatabaseName, work: (pool: Pool) => Promise<T>): Promise<T>
  /** Works on a bus of its own, which is closed afterwards. @throws CliFailure when the setting is missing, or what Kafka answers */
  onBus<T>(work: (bus: Bus) => Promise<T>): Promise<T>
  now(): number
  /** Bytes of the disk that a path lies on. */
  space(path: string): Promise<{ free: number; total: number }>
}

/** One thing to look at. `look` may throw: what it could not see is said and the others go on. */
export interface Look {
  /** What is looked at, as the subject of a sentence. */
  what: string
  look(): Promise<Judged[]>
}

/** An area of the report. */
export interface Check {
  area: string
  looks(world: World): Look[]
}
