import { derivedId, type NewFact } from '@haven/stream'
import type { OpenedCase } from '../domain/case.ts'
import type { ReferralFact } from '../domain/referral.ts'
import type { Answer } from '../store/inbound.ts'

/** What every fact of one change shares. */
export interface Cause {
  /** From the credential of who caused it: the partner's organisation, or the case worker's. */
  organisation: string
  /** The fact that caused it, when it was one: then ids derive from it, and a replay writes nothing new. */
  causedBy?: string
  traceparent?: string
}

const shared = ({ organisation, causedBy, traceparent }: Cause, label: string) => ({
  organisation,
  ...(causedBy !== undefined && { causedBy, id: derivedId(causedBy, label) }),
  ...(traceparent !== undefined && { traceparent }),
})

/** `haven.intake.referral.<state>.v1`: ids, state and a code, nothing about the person. */
export function referralEvent(
  referral: { id: string; receipt: string; case?: string },
  fact: ReferralFact,
  cause: Cause,
): NewFact {
  const type = `haven.intake.referral.${fact.state}.v1`
  return {
    ...shared(cause, type),
    topic: 'haven.intake.referral',
    key: referral.id,
    type,
    subject: referral.id,
    version: fact.version,
    time: fact.at,
    data: {
      referral: referral.id,
      state: fact.state,
      receipt: referral.receipt,
      ...(referral.case !== undefined && { case: referral.case }),
      ...(fact.reason !== undefined && { reason: fact.reason }),
    },
  }
}

/** `haven.intake.case.opened.v1`. */
export function caseOpenedEvent(
  { id, referral, status, version, openedAt }: OpenedCase & { id: string; referral: string },
  cause: Cause,
): NewFact {
  const type = 'haven.intake.case.opened.v1'
  const data = { case: id, referral, state: status }
  return {
    ...shared(cause, type),
    topic: 'haven.intake.case',
    key: id,
    type,
    subject: id,
    version,
    time: openedAt,
    data,
  }
}

/** `haven.intake.inbound.<answer>.v1`: what a receipt is told. */
export function answerEvent(
  { receipt, referral, at, ...given }: { receipt: string; referral?: string; at: Date } & Answer,
  cause: Cause,
): NewFact {
  const type = `haven.intake.inbound.${given.answer}.v1`
  return {
    ...shared(cause, type),
    topic: 'haven.intake.inbound',
    key: receipt,
    type,
    subject: receipt,
    time: at,
    data: {
      receipt,
      ...(given.answer === 'applied' && referral !== undefined && { referral }),
      ...(given.answer === 'rejected' && { reason: given.reason }),
    },
  }
}
