import { intervals } from './intervals.ts'

/** An ask that is open: its answer has not arrived while `last` stands. */
export interface Asking {
  readonly epoch: bigint
  readonly last: bigint
  readonly againAt: number
  readonly waitMs: number
}

/**
 * Something after `last` is missing. Asks at once, then after 15 s doubling while `last` stands; asking for every record that shows the
 * hole took 19,921 asks for one hole.
 */
export function ask(
  open: Asking | null,
  place: { epoch: bigint; last: bigint },
  now: number,
): { asking: Asking; send: boolean } {
  if (open && open.epoch === place.epoch && open.last === place.last) {
    if (now < open.againAt) return { asking: open, send: false }
    const waitMs = Math.min(open.waitMs * 2, intervals.longestAskMs)
    return { asking: { ...open, againAt: now + waitMs, waitMs }, send: true }
  }
  return { asking: { ...place, againAt: now + intervals.askAgainMs, waitMs: intervals.askAgainMs }, send: true }
}

/** The place has moved: an ask for what was missing before it is answered. */
export function answered(open: Asking | null, place: { epoch: bigint; last: bigint }): Asking | null {
  return open && open.epoch === place.epoch && open.last === place.last ? open : null
}
