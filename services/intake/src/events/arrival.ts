import type { Answer } from '../store/inbound.ts'
import type { InboundData } from './contents.ts'
import type { Cause } from './publish.ts'

/** One partner event on its way: who sent it, for which receipt, when it is applied, and what caused it. */
export interface Arrival extends InboundData {
  fact: string
  at: Date
  cause: Cause & { causedBy: string }
}

/** What became of an event, with the referral that it was about and whom the record names. */
export type Outcome = Exclude<Answer, { answer: 'held' }> & {
  referral?: string
  /** The person's audit surrogate. */
  subject?: string | null
}
