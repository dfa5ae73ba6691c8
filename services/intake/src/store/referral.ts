import type { Referral, ReferralFact, ReferralState } from '../domain/referral.ts'
import type { Tx } from './client.ts'
import { Prisma } from './generated/client.ts'

/** A referral whose row is locked until the transaction ends: what its rules and its facts need. */
export interface LockedReferral extends Referral {
  id: string
  person: string
  /** The person's audit surrogate; null after erasure. */
  surrogate: string | null
  receipt: string
}

interface NewReferral {
  id: string
  person: string
  receipt: string
  partner: string
  reference: Buffer
  submitter: string
  receiver: string
  referringOrganisation: string
  source: string
  urgency: string
  interimSafety: string
  referredOn: string | undefined
  sealed: Buffer
  causedBy: string
}

/** Adds a referral as it is after its first facts. */
export async function addReferral(tx: Tx, referral: NewReferral, facts: readonly ReferralFact[]): Promise<void> {
  const { person, referredOn, reference, sealed, ...columns } = referral
  await tx.referral.create({
    data: {
      ...columns,
      personId: person,
      reference: Uint8Array.from(reference),
      sealed: Uint8Array.from(sealed),
      referredOn: referredOn === undefined ? null : new Date(`${referredOn}T00:00:00Z`),
      receivedAt: facts[0]!.at,
      ...Object.assign({}, ...facts.map(columnsOf)),
    },
  })
}

const locked = Prisma.sql`r.id, r.person, s.surrogate, r.receipt, r.state, r.version, r.receiver
  from intake.referral r left join intake.audit_surrogate s on s.person = r.person`

/** Locks what a partner has under a reference; null when there is nothing. */
export async function lockByReference(
  tx: Tx,
  { partner, reference }: { partner: string; reference: Buffer },
): Promise<LockedReferral | null> {
  const rows = await tx.$queryRaw<LockedReferral[]>`
    select ${locked} where r.partner = ${partner}::uuid and r.reference = ${reference} for update of r`
  return rows[0] ?? null
}

/** Locks a referral that the organisation received; null when there is none that it may know of. */
export async function lockReceived(
  tx: Tx,
  { id, receiver }: { id: string; receiver: string },
): Promise<LockedReferral | null> {
  const rows = await tx.$queryRaw<LockedReferral[]>`
    select ${locked} where r.id = ${id}::uuid and r.receiver = ${receiver} for update of r`
  return rows[0] ?? null
}

/** Moves a locked referral by one fact. */
export async function moveReferral(tx: Tx, id: string, fact: ReferralFact, sealedNote: Buffer | null): Promise<void> {
  const note = sealedNote === null ? {} : { sealedNote: Uint8Array.from(sealedNote) }
  await tx.referral.update({ where: { id }, data: { ...columnsOf(fact), ...note }, select: { id: true } })
}

const timeColumn: Partial<Record<ReferralState, 'acknowledgedAt' | 'decidedAt' | 'withdrawnAt'>> = {
  acknowledged: 'acknowledgedAt',
  accepted: 'decidedAt',
  rejected: 'decidedAt',
  redirected: 'decidedAt',
  withdrawn: 'withdrawnAt',
}

function columnsOf({ state, version, at, by, reason, to }: ReferralFact) {
  const time = timeColumn[state]
  return {
    state,
    version,
    ...(time && { [time]: at }),
    ...(by !== undefined && { decidedBy: by }),
    ...(reason !== undefined && { reason }),
    ...(to !== undefined && { redirectedTo: to }),
  }
}
