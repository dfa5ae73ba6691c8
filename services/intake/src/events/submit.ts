import type { Written } from '@haven/access'
import type { Work } from '@haven/db'
import { derivedId } from '@haven/stream'
import type { SubjectVault, SymmetricKey } from '@haven/vault'
import { arrive } from '../domain/referral.ts'
import { blindIndexes, referenceDigest } from '../store/blind.ts'
import type { Tx } from '../store/client.ts'
import { addPerson } from '../store/person.ts'
import { addReferral, lockByReference } from '../store/referral.ts'
import { seal } from '../store/sealed.ts'
import type { Arrival, Outcome } from './arrival.ts'
import type { PartnerEvent } from './contents.ts'
import { referralEvent } from './publish.ts'

/** What making a referral needs. */
export interface SubmitDeps {
  vault: SubjectVault
  blindIndexKey: SymmetricKey
  /** The organisation that receives what partners refer. */
  organisation: string
  now(): Date
}

type Submitted = Extract<PartnerEvent, { type: 'haven.partner.referral.submitted.v1' }>

/** A submission makes a person and a referral, received and acknowledged; a reference that the partner has used is refused. */
export async function submit(
  arrival: Arrival,
  { event, data }: Submitted,
  work: Work<Tx, Written>,
  deps: SubmitDeps,
): Promise<Outcome> {
  const reference = referenceDigest(deps.blindIndexKey, arrival.partner, data.reference)
  const earlier = await lockByReference(work.tx, { partner: arrival.partner, reference })
  const decision = arrive(earlier, { at: arrival.at, receiver: deps.organisation })
  if ('refusal' in decision) return { answer: 'rejected', reason: decision.refusal }

  const { person, subject } = await keepPerson(arrival, data, work.tx, deps)
  const { referral } = data
  const id = derivedId(arrival.fact, 'referral')
  const sealed = await seal(deps.vault, 'referral', person, {
    reference: data.reference,
    reason: referral.reason,
    ...(referral.details !== undefined && { details: referral.details }),
    consent: referral.consent,
    event: identityOf(event),
  })
  await addReferral(
    work.tx,
    {
      id,
      person,
      receipt: arrival.receipt,
      partner: arrival.partner,
      reference,
      submitter: arrival.cause.organisation,
      receiver: deps.organisation,
      referringOrganisation: referral.referringOrganisation,
      source: referral.source,
      urgency: referral.urgency,
      interimSafety: referral.interimSafety,
      referredOn: referral.referredOn,
      sealed,
      causedBy: arrival.fact,
    },
    decision.facts,
  )
  for (const fact of decision.facts) work.collect(referralEvent({ id, receipt: arrival.receipt }, fact, arrival.cause))
  return { answer: 'applied', referral: id, subject }
}

/**
 * The subject's key is made in the keys' own database, which commits before ours: sealed text whose key was lost would be lost. A rolled-back
 * attempt leaves a key that opens nothing, which is harmless; the subject's id follows from the fact, so that the next attempt finds that key.
 */
async function keepPerson(
  arrival: Arrival,
  { person, victim }: Submitted['data'],
  tx: Tx,
  { vault, blindIndexKey, organisation }: SubmitDeps,
): Promise<{ person: string; subject: string }> {
  const id = derivedId(arrival.fact, 'subject')
  await vault.ensureSubject(id)
  const subject = await addPerson(tx, {
    id,
    organisation,
    sealed: await seal(vault, 'person', id, { person, ...(victim && { victim }) }),
    causedBy: arrival.fact,
    createdAt: arrival.at,
    indexes: blindIndexes(blindIndexKey, person),
  })
  return { person: id, subject }
}

function identityOf({ source, id, subject, time }: Submitted['event']) {
  return { source, id, ...(subject !== undefined && { subject }), ...(time !== undefined && { time }) }
}
