import type { BusRecord } from '@haven/bus'
import { headerNames, readNumber } from './envelope.ts'

/** An ask on `haven.resend`: send `stream` again from number `from` on. */
export interface Ask {
  stream: string
  from: bigint
  /** The consumer that asks, for the log. */
  by: string
}

/** Null for a record that is no ask. */
export function readAsk({ headers }: BusRecord): Ask | null {
  const stream = headers[headerNames.stream]
  const from = readNumber(headers[headerNames.from])
  if (stream === undefined || from === null) return null
  const by = headers[headerNames.by] ?? ''
  return { stream, from, by: /^[a-z0-9.-]{1,100}$/.test(by) ? by : 'unknown' }
}
