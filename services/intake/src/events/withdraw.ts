import type { Written } from '@haven/access'
import type { Work } from '@haven/db'
import { decide, type WithdrawalReason } from '../domain/referral.ts'
import { referenceDigest } from '../store/blind.ts'
import type { Tx } from '../store/client.ts'
import { lockByReference, moveReferral } from '../store/referral.ts'
import { seal } from '../store/sealed.ts'
import type { Arrival, Outcome } from './arrival.ts'
import type { PartnerEvent } from './contents.ts'
import { referralEvent } from './publish.ts'
import type { SubmitDeps } from './submit.ts'

type Withdrawn = Extract<PartnerEvent, { type: 'haven.partner.referral.withdrawn.v1' }>

/** A withdrawal ends a referral that nobody has decided yet; it finds it by the partner's own reference. */
export async function withdraw(
  arrival: Arrival,
  { data }: Withdrawn,
  work: Work<Tx, Written>,
  { vault, blindIndexKey }: Pick<SubmitDeps, 'vault' | 'blindIndexKey'>,
): Promise<Outcome> {
  const reference = referenceDigest(blindIndexKey, arrival.partner, data.reference)
  const referral = await lockByReference(work.tx, { partner: arrival.partner, reference })
  const decision = decide(referral, { name: 'withdraw', at: arrival.at, reason: codes[data.reason] })
  if ('refusal' in decision) return { answer: 'rejected', reason: decision.refusal }

  const { id, person, receipt, surrogate } = referral!
  const note = data.details === undefined ? null : await seal(vault, 'note', person, { note: data.details })
  for (const fact of decision.facts) {
    await moveReferral(work.tx, id, fact, note)
    work.collect(referralEvent({ id, receipt }, fact, arrival.cause))
  }
  return { answer: 'applied', referral: id, subject: surrogate }
}

/** Reasons leave in clear as codes in kebab case; partners write HTCDS's style. */
const codes: Record<Withdrawn['data']['reason'], WithdrawalReason> = {
  personWithdrew: 'person-withdrew',
  sentInError: 'sent-in-error',
  supportedElsewhere: 'supported-elsewhere',
  other: 'other',
}
