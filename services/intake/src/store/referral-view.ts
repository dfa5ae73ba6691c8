import { rowsOf } from '@haven/db'
import type { Pool } from 'pg'
import type { IdentifierKind } from '../domain/duplicates.ts'
import type { ReferralState } from '../domain/referral.ts'
import { Prisma } from './generated/client.ts'
import { beyond, ordered, type Page, where } from './keyset.ts'

/** A referral as lists and details begin: what is in clear, and the person sealed. */
export interface ReferralRow {
  id: string
  version: number
  state: ReferralState
  source: string
  referringOrganisation: string
  urgency: string
  interimSafety: string
  /** `YYYY-MM-DD` */
  referredOn: string | null
  receivedAt: Date
  person: string
  /** The person's audit surrogate; null after erasure. */
  surrogate: string | null
  sealedPerson: Uint8Array
  case: string | null
  isPossibleDuplicate: boolean
}

/** What only the detail shows. */
export interface FoundReferral extends ReferralRow {
  acknowledgedAt: Date | null
  decidedAt: Date | null
  decidedBy: string | null
  withdrawnAt: Date | null
  reason: string | null
  redirectedTo: string | null
  sealed: Uint8Array
  sealedNote: Uint8Array | null
  /** Referrals of the same organisation whose person may be the same one. */
  duplicates: Duplicate[]
  /** Its facts, in order. */
  history: Step[]
}

/** A referral whose person may be the same one. */
export interface Duplicate {
  referral: string
  person: string
  surrogate: string | null
  /** What the two have in common. */
  kinds: IdentifierKind[]
}

/** One fact of a referral. */
export interface Step {
  state: ReferralState
  version: number
  time: Date
  reason: string | null
}

export interface ReferralPage extends Page {
  /** The relation: only what this organisation received. */
  receiver: string
  state: ReferralState | undefined
  referringOrganisation: string | undefined
  possibleDuplicate: boolean | undefined
}

const columns = Prisma.sql`r.id, r.version, r.state, r.source, r.referring_organisation as "referringOrganisation", r.urgency,
  r.interim_safety as "interimSafety", r.referred_on::text as "referredOn", r.received_at as "receivedAt", r.person,
  s.surrogate, p.sealed as "sealedPerson", c.id as "case", exists (select from intake.possible_duplicate d where d.person = r.person) as "isPossibleDuplicate"`
const source = Prisma.sql`intake.referral r join intake.person p on p.id = r.person
  left join intake.audit_surrogate s on s.person = p.id left join intake."case" c on c.referral = r.id`

/** Referrals of one organisation by arrival; one more than `limit` when there are more. */
export function listReferrals(pool: Pool, page: ReferralPage): Promise<ReferralRow[]> {
  const { receiver, state, referringOrganisation, possibleDuplicate } = page
  const [time, id] = [Prisma.sql`r.received_at`, Prisma.sql`r.id`]
  const matching = where(
    Prisma.sql`r.receiver = ${receiver}`,
    state === undefined ? undefined : Prisma.sql`r.state = ${state}`,
    referringOrganisation === undefined ? undefined : Prisma.sql`r.referring_organisation = ${referringOrganisation}`,
    possibleDuplicate === undefined
      ? undefined
      : Prisma.sql`exists (select from intake.possible_duplicate d where d.person = r.person) = ${possibleDuplicate}`,
    beyond(time, id, page),
  )
  return rowsOf(pool, Prisma.sql`select ${columns} from ${source} ${matching} ${ordered(time, id, page)}`)
}

/** How many referrals the organisation received, by one column, most first. */
export function countReferrals(
  pool: Pool,
  receiver: string,
  by: 'referringOrganisation' | 'state',
): Promise<{ value: string; count: number }[]> {
  const column = by === 'state' ? Prisma.sql`state` : Prisma.sql`referring_organisation`
  return rowsOf(
    pool,
    Prisma.sql`select ${column} as value, count(*)::int as count from intake.referral
      where receiver = ${receiver} group by ${column} order by 2 desc, ${column} collate "C"`,
  )
}

// The facts are the history; there is no second copy of it to disagree. Their data is read for two codes only.
const history = Prisma.sql`(select json_agg(json_build_object(
    'state', f.data ->> 'state', 'version', f.version::int, 'time', f.time, 'reason', f.data ->> 'reason') order by f.id)
  from stream.fact f where f.topic = 'haven.intake.referral' and f.key = r.id::text)`
const duplicates = Prisma.sql`(select json_agg(json_build_object(
    'referral', o.id, 'person', o.person, 'surrogate', t.surrogate, 'kinds', d.kinds) order by o.received_at, o.id)
  from intake.possible_duplicate d join intake.referral o on o.person = d.other and o.receiver = r.receiver
    left join intake.audit_surrogate t on t.person = o.person
  where d.person = r.person)`

interface Detail extends Omit<FoundReferral, 'duplicates' | 'history'> {
  duplicates: Duplicate[] | null
  history: (Omit<Step, 'time'> & { time: string })[] | null
}

/** One referral of the organisation, as it is at one moment; null when there is none that it may know of. */
export async function findReferral(
  pool: Pool,
  { id, receiver }: { id: string; receiver: string },
): Promise<FoundReferral | null> {
  const [row] = await rowsOf<Detail>(
    pool,
    Prisma.sql`
    select ${columns}, r.acknowledged_at as "acknowledgedAt", r.decided_at as "decidedAt", r.decided_by as "decidedBy",
      r.withdrawn_at as "withdrawnAt", r.reason, r.redirected_to as "redirectedTo", r.sealed, r.sealed_note as "sealedNote",
      ${duplicates} as duplicates, ${history} as history
    from ${source} where r.id = ${id}::uuid and r.receiver = ${receiver}`,
  )
  if (row === undefined) return null
  const steps = (row.history ?? []).map(step => ({ ...step, time: new Date(step.time) }))
  return { ...row, duplicates: row.duplicates ?? [], history: steps }
}
