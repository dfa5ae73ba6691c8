/** Whether a producer is heard. Each message says when the next one is due at the latest. */
export interface Hearing {
  /** Milliseconds since 1970. */
  readonly heardAt: number
  readonly dueAt: number
  /** When the newest head that was heard was signed, by the producer's clock and not later than ours; null while none has said so. */
  readonly signedAt: number | null
  /** When its silence was noticed; null while it is heard. */
  readonly silentSince: number | null
}

/** What changed: an alarm and an entry each. */
export type HearingChange = 'fell-silent' | 'is-heard-again' | null

/** A message that is late by this much is silence (audit.md section 4). */
const graceMs = 15_000
/** The longest pause that a producer may announce. */
export const longestPauseMs = 60_000

/** A time in which Kafka was not heard: it was away, or audit itself was held up. */
export interface Absence {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Before the first answer to this leader: joining its group may take as long, and nothing was heard before it. */
  readonly isFirst: boolean
}

/** When Kafka was last heard. */
export interface Ears {
  readonly heardUntil: number
  /** Not since this leader began. */
  readonly isFirst: boolean
}

/** Kafka answers an idle reader four times a second; what is longer than this is no pause of its own. */
const longestFetchMs = 10_000

/** Kafka has answered, with records or without: the absence that ends here, if there was one. */
export function absenceBefore({ heardUntil, isFirst }: Ears, now: number): Absence | null {
  return now - heardUntil > longestFetchMs ? { from: heardUntil, to: now, isFirst } : null
}

/**
 * What could not be heard is no silence: whoever was to speak in that time has as long left as when it began, a pause that may be announced at
 * the most. Who has been heard since is not concerned.
 */
export function excuse(hearing: Hearing, { from, to }: Absence): Hearing {
  if (hearing.heardAt >= to) return hearing
  const dueAt = Math.min(hearing.dueAt + (to - from), to + longestPauseMs)
  return { ...hearing, dueAt: Math.max(hearing.dueAt, dueAt) }
}

/** A message as a sign of life: it announces the next within `dueMs`. */
export interface Sign {
  /** Milliseconds since 1970 when its head was signed; null when it does not say. */
  readonly signedAt: number | null
  readonly dueMs: number
}

/**
 * Something of the producer arrived. Only a head that was signed later than all before is a sign of life: who may write to the topic can send an old one
 * again at any time.
 */
export function heard(
  before: Hearing | null,
  now: number,
  { signedAt, dueMs }: Sign,
): { hearing: Hearing; change: HearingChange } {
  if (before !== null && !isNewer(signedAt, before.signedAt)) return { hearing: before, change: null }
  const dueAt = now + Math.min(Math.max(dueMs, 0), longestPauseMs)
  const change = before !== null && before.silentSince !== null ? 'is-heard-again' : null
  // A clock that was ahead once must not make its producer silent until that time has come.
  const hearing = {
    heardAt: now,
    dueAt,
    signedAt: signedAt === null ? null : Math.min(signedAt, now),
    silentSince: null,
  }
  return { hearing, change }
}

/** Heads without a time are of a release before, and count until the producer has signed one with it. */
const isNewer = (signedAt: number | null, before: number | null): boolean =>
  before === null || (signedAt !== null && signedAt > before)

/**
 * Time passed. Noticed once for each silence.
 * @param heardUntil when Kafka last answered: later than that nobody could be heard
 */
export function listen(hearing: Hearing, heardUntil: number): { hearing: Hearing; change: HearingChange } {
  if (hearing.silentSince !== null || heardUntil < hearing.dueAt + graceMs) return { hearing, change: null }
  return { hearing: { ...hearing, silentSince: heardUntil }, change: 'fell-silent' }
}
