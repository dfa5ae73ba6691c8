import { BusError } from '@haven/bus'
import { reasonOf } from '@haven/db'
import { LeaseLost } from './relay/lease.ts'

/**
 * A failure in the words of a log line. The bus and the lease speak of brokers and sessions only; any other message may quote what its thrower
 * was given, so that a code or a name stands for it.
 */
export function wordsOf(error: unknown): string {
  return error instanceof BusError || error instanceof LeaseLost ? error.message : reasonOf(error)
}
