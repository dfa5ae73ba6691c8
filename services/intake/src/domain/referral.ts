/** domain.md section 2: received → acknowledged → accepted | rejected | redirected; any open state → withdrawn. */
export const referralStates = ['received', 'acknowledged', 'accepted', 'rejected', 'redirected', 'withdrawn'] as const
export type ReferralState = (typeof referralStates)[number]

/** Why a case worker may reject. Codes leave the service in clear, so none says anything about the person. */
export const rejectionReasons = [
  'outside-mandate',
  'no-capacity',
  'insufficient-information',
  'consent-missing',
  'other',
] as const
export type RejectionReason = (typeof rejectionReasons)[number]

/** Why a partner withdraws: its contract's reasons as codes. */
export const withdrawalReasons = ['person-withdrew', 'sent-in-error', 'supported-elsewhere', 'other'] as const
export type WithdrawalReason = (typeof withdrawalReasons)[number]

export type ReferralCommand =
  | { name: 'receive'; at: Date }
  | { name: 'acknowledge'; at: Date }
  | { name: 'accept'; at: Date; by: string }
  | { name: 'reject'; at: Date; by: string; reason: RejectionReason }
  | { name: 'redirect'; at: Date; by: string; to: string }
  | { name: 'withdraw'; at: Date; reason: WithdrawalReason }

interface Transition {
  /** States it may start from; none: it makes the referral. */
  from: readonly ReferralState[]
  to: ReferralState
  /** Who causes it, for the diagram. */
  by: 'partner' | 'rule' | 'case worker'
}

/** The whole machine as data: `decide`, the diagram in docs/states and the tests all read this one table. */
export const transitions: Readonly<Record<ReferralCommand['name'], Transition>> = {
  receive: { from: [], to: 'received', by: 'partner' },
  acknowledge: { from: ['received'], to: 'acknowledged', by: 'rule' },
  accept: { from: ['acknowledged'], to: 'accepted', by: 'case worker' },
  reject: { from: ['acknowledged'], to: 'rejected', by: 'case worker' },
  redirect: { from: ['acknowledged'], to: 'redirected', by: 'case worker' },
  withdraw: { from: ['received', 'acknowledged'], to: 'withdrawn', by: 'partner' },
}

/** As much of a referral as its rules look at. `version` counts facts: the ETag of the API and the order of projections. */
export interface Referral {
  state: ReferralState
  version: number
  /** The organisation that received it. */
  receiver: string
}

/** One step of a referral's history. A fact is named after the state that it leads to. */
export interface ReferralFact {
  state: ReferralState
  version: number
  at: Date
  by?: string
  reason?: string
  to?: string
}

export type ReferralRefusal =
  | 'reference-already-used'
  | 'referral-unknown'
  | 'referral-not-acknowledged'
  | 'referral-already-decided'
  | 'referral-already-withdrawn'
  | 'redirect-to-itself'

export type Decision<Fact, Refusal> = { facts: Fact[] } | { refusal: Refusal }

/**
 * What a command makes of a referral (`null`: there is none yet): the facts to keep, or why not. Pure; whoever keeps the
 * facts holds the referral's row lock meanwhile.
 */
export function decide(referral: Referral | null, command: ReferralCommand): Decision<ReferralFact, ReferralRefusal> {
  const { from, to } = transitions[command.name]
  if (referral === null) {
    return command.name === 'receive'
      ? { facts: [{ state: to, version: 1, at: command.at }] }
      : { refusal: 'referral-unknown' }
  }
  if (!from.includes(referral.state)) return { refusal: refusalIn(referral.state, command.name) }
  if (command.name === 'redirect' && command.to === referral.receiver) return { refusal: 'redirect-to-itself' }
  return { facts: [{ ...detailsOf(command), state: to, version: referral.version + 1, at: command.at }] }
}

/**
 * Arrival: received, and acknowledged by rule in the same breath. No person stands between the two.
 * @param earlier what the same partner has under the same reference already
 */
export function arrive(
  earlier: Referral | null,
  { at, receiver }: { at: Date; receiver: string },
): Decision<ReferralFact, ReferralRefusal> {
  const arrival = decide(earlier, { name: 'receive', at })
  if ('refusal' in arrival) return arrival
  const [received] = arrival.facts
  const acknowledgement = decide({ ...received!, receiver }, { name: 'acknowledge', at })
  return 'refusal' in acknowledgement ? acknowledgement : { facts: [received!, ...acknowledgement.facts] }
}

function refusalIn(state: ReferralState, command: ReferralCommand['name']): ReferralRefusal {
  if (command === 'receive') return 'reference-already-used'
  if (state === 'withdrawn') return 'referral-already-withdrawn'
  if (state === 'received') return 'referral-not-acknowledged'
  // Acknowledging twice is no person's mistake but ours; it cannot be told from a decided one and changes nothing either.
  return 'referral-already-decided'
}

function detailsOf(command: ReferralCommand): Pick<ReferralFact, 'by' | 'reason' | 'to'> {
  switch (command.name) {
    case 'accept':
      return { by: command.by }
    case 'reject':
      return { by: command.by, reason: command.reason }
    case 'redirect':
      return { by: command.by, to: command.to }
    case 'withdraw':
      return { reason: command.reason }
    default:
      return {}
  }
}
