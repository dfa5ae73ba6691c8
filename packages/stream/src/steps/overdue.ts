import { intervals } from './intervals.ts'

/** When a consumer stops believing that silence means rest. */
export interface Watch {
  readonly overdueAt: number
}

/** Something arrived and the next head is due in `dueMs` (a head says it; after a fact it is 5 s). */
export function watchAfterRecord(now: number, dueMs: number = intervals.headMs): Watch {
  const pauseMs = Math.min(Math.max(dueMs, 0), intervals.longestHeadMs)
  return { overdueAt: now + pauseMs + intervals.overdueMs }
}

/** A check was made: the next one after 15 s more of silence. */
export function watchAfterCheck(now: number): Watch {
  return { overdueAt: now + intervals.overdueMs }
}

/**
 * Compares the position with the log's end. After a lost tail the broker gives offsets again, and a position beyond the end would skip
 * what comes next: seek to the end. A head then shows what was skipped.
 */
export function seekTarget(position: bigint | null, end: bigint): bigint | null {
  return position !== null && position > end ? end : null
}
