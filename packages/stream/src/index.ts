export { type ConsumerState, type StreamConsumer, startConsumer } from './consumer/consumer.ts'
export type { ConsumerOptions } from './consumer/options.ts'
export { derivedId } from './facts/derived-id.ts'
export { emitStatement, factCte, factInput, factParameters, factValues } from './facts/emit-statement.ts'
export { writeFacts } from './facts/write-facts.ts'
export { migrationsOf, streamMigrations } from './migrations.ts'
export { listParked, type ParkedEvent, requestParked } from './parked/parked.ts'
export { RelayRefused } from './relay/check-streams.ts'
export { type Lease, LeaseLost, takeLease } from './relay/lease.ts'
export { openStreams } from './relay/open-streams.ts'
export { type Relay, type RelayOptions, type RelayState, startRelay } from './relay/relay.ts'
export type { RelayMode } from './relay/runner.ts'
export { type Asking, answered, ask } from './steps/asking.ts'
export type { Backlog, BacklogLimits } from './steps/backlog.ts'
export { seekTarget, type Watch, watchAfterCheck, watchAfterRecord } from './steps/overdue.ts'
export { behindCause } from './steps/parking.ts'
export { formatStreamName, parseStreamName, type StreamName } from './steps/stream-name.ts'
export {
  type Clock,
  type JsonObject,
  type Log,
  type NewFact,
  Poison,
  type ReceivedFact,
  type SqlTransaction,
} from './types.ts'
