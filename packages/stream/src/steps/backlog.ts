/** Bounds on facts that Kafka has not acknowledged. */
export interface BacklogLimits {
  rows: number
  /** Milliseconds since the oldest was written. */
  ageMs: number
}

export interface Backlog {
  /** Facts that Kafka has not acknowledged; counting stops a little above the limit. */
  rows: number
  oldestMs: number
  /** Over a limit: writes are to be answered with 503 `backlog-full` and `Retry-After`; reads go on. */
  full: boolean
}

/** @param sinceMs time since `rows` and `oldestMs` were read: what was waiting then has aged unless nothing waited */
export function judgeBacklog(
  read: { rows: number; oldestMs: number },
  sinceMs: number,
  limits: BacklogLimits,
): Backlog {
  const oldestMs = read.rows === 0 ? 0 : read.oldestMs + Math.max(0, sinceMs)
  return { rows: read.rows, oldestMs, full: read.rows >= limits.rows || oldestMs >= limits.ageMs }
}
