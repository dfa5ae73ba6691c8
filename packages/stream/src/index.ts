export { type ConsumerState, type StreamConsumer, startConsumer } from './consumer/consumer.ts'
export type { ConsumerOptions } from './consumer/options.ts'
export { derivedId } from './facts/derived-id.ts'
export { emitStatement, factCte, factInput, factValues } from './facts/emit-statement.ts'
export { writeFacts } from './facts/write-facts.ts'
export { serviceMigrations, streamMigrations } from './migrations.ts'
export { listParked, type ParkedEvent, requestParked } from './parked/parked.ts'
export { RelayRefused } from './relay/check-streams.ts'
export { openStreams } from './relay/open-streams.ts'
export { type Relay, type RelayMode, type RelayOptions, type RelayState, startRelay } from './relay/relay.ts'
export type { Backlog, BacklogLimits } from './steps/backlog.ts'
export {
  type Clock,
  type JsonObject,
  type Log,
  type NewFact,
  Poison,
  type ReceivedFact,
  type SqlTransaction,
} from './types.ts'
