/** Whether a producer is heard. Each message says when the next one is due at the latest. */
export interface Hearing {
  /** Milliseconds since 1970. */
  readonly heardAt: number
  readonly dueAt: number
  /** When its silence was noticed; null while it is heard. */
  readonly silentSince: number | null
}

/** What changed: an alarm and an entry each. */
export type HearingChange = 'fell-silent' | 'is-heard-again' | null

/** A message that is late by this much is silence (audit.md section 4). */
const graceMs = 15_000
/** The longest pause that a producer may announce. */
export const longestPauseMs = 60_000

/** Something of the producer arrived, which announces the next within `dueMs`. */
export function heard(before: Hearing | null, now: number, dueMs: number): { hearing: Hearing; change: HearingChange } {
  const dueAt = now + Math.min(Math.max(dueMs, 0), longestPauseMs)
  const change = before !== null && before.silentSince !== null ? 'is-heard-again' : null
  return { hearing: { heardAt: now, dueAt, silentSince: null }, change }
}

/** Time passed. Noticed once for each silence. */
export function listen(hearing: Hearing, now: number): { hearing: Hearing; change: HearingChange } {
  if (hearing.silentSince !== null || now < hearing.dueAt + graceMs) return { hearing, change: null }
  return { hearing: { ...hearing, silentSince: now }, change: 'fell-silent' }
}
