/** Milliseconds and counts of the protocol. Both sides know them; nothing here is a setting. */
export const intervals = {
  /** A head follows the last change of a stream after this long. */
  headMs: 5_000,
  /** Heads of an idle stream thin out to one in this long. */
  longestHeadMs: 60_000,
  /** A head that is late by this much makes a consumer compare its position with the log's end. */
  overdueMs: 15_000,
  /** A second ask for the same number comes after this long, the next ones after twice the last wait. */
  askAgainMs: 15_000,
  longestAskMs: 600_000,
} as const
