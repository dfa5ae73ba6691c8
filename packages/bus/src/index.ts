export { BusError, type BusErrorCode } from './errors.ts'
export { createBus } from './kafka/bus.ts'
export type * from './types.ts'
