import type { ReceiptState, ReferralState } from '@haven/contracts'

/** What intake has said of a receipt's event; null until it has. */
export type Answer = 'held' | 'applied' | 'rejected'

/** The stored part of a receipt's course. */
export interface Course {
  readonly answer: Answer | null
  readonly reason: string | null
  /** The version of the referral that the outcome was taken from. */
  readonly outcomeVersion: bigint | null
}

const rank: Readonly<Record<ReceiptState, number>> = { accepted: 0, published: 1, held: 2, applied: 3, rejected: 3 }

/** The position of a state in the course: a receipt's rank never falls, and nothing follows applied or rejected. */
export const rankOf = (state: ReceiptState): number => rank[state]

/** accepted and published are read from the gateway's own stream, the rest is intake's answer. */
export function stateOf(answer: Answer | null, acknowledged: boolean): ReceiptState {
  return answer ?? (acknowledged ? 'published' : 'accepted')
}

/**
 * Whether an answer moves a receipt on. A late or repeated one does not, and of two final answers the first stands:
 * what a partner has read as the end stays the end.
 */
export function moves(current: Answer | null, incoming: Answer): boolean {
  return current === null || rank[incoming] > rank[current]
}

/** States of the referral that a partner is told of, beside the receipt's own. */
export const outcomes = [
  'acknowledged',
  'accepted',
  'rejected',
  'redirected',
  'withdrawn',
] as const satisfies readonly ReferralState[]
export type Outcome = (typeof outcomes)[number]

export const isOutcome = (state: unknown): state is Outcome => (outcomes as readonly unknown[]).includes(state)

/** Whether a referral's later state replaces the one shown: its version decides, whatever order facts are read in. */
export function supersedes(shownVersion: bigint | null, version: bigint): boolean {
  return shownVersion === null || version > shownVersion
}
