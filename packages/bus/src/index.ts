export { type Envelope, fromKafka, toKafka } from './cloud-events.ts'
export { BusError, type BusErrorCode } from './errors.ts'
export { createBus } from './kafka/bus.ts'
export type * from './types.ts'
