import { intervals } from './intervals.ts'

/** When the next head of a stream is due. */
export interface HeadClock {
  readonly dueAt: number
  /** The pause that led to `dueAt`. */
  readonly pauseMs: number
}

/** Heads are due at once when a relay starts: consumers learn of a lost tail without waiting. */
export function startHeads(now: number): HeadClock {
  return { dueAt: now, pauseMs: intervals.headMs / 2 }
}

/** Facts were acknowledged: the head that covers them follows soon. */
export function headsAfterChange(now: number): HeadClock {
  return { dueAt: now + intervals.headMs, pauseMs: intervals.headMs }
}

/** A head was acknowledged: the next one is due after twice the pause, at most a minute. It says so itself (`nextPause`). */
export function headsAfterHead(clock: HeadClock, now: number): HeadClock {
  const pauseMs = nextPause(clock)
  return { dueAt: now + pauseMs, pauseMs }
}

/** What a head that is sent now announces. */
export function nextPause(clock: HeadClock): number {
  return Math.min(clock.pauseMs * 2, intervals.longestHeadMs)
}
