import type { CaseStatus } from '../domain/case.ts'
import type { Tx } from './client.ts'
import { Prisma } from './generated/client.ts'
import { beyond, ordered, type Page, where } from './keyset.ts'

/** Who asks. The relation is membership of the care team, within the organisation that has the case. */
export interface Member {
  subject: string
  organisation: string
}

export interface CasePage extends Page {
  member: Member
  status: CaseStatus | undefined
}

/** A case as lists and details begin, the person sealed. */
export interface CaseRow {
  id: string
  version: number
  referral: string
  status: CaseStatus
  owner: string
  openedAt: Date
  person: string
  /** The person's audit surrogate; null after erasure. */
  surrogate: string | null
  sealedPerson: Uint8Array
}

/** What only the detail shows. */
export interface FoundCase extends CaseRow {
  source: string
  referringOrganisation: string
  urgency: string
  interimSafety: string
}

const columns = Prisma.sql`c.id, c.version, c.referral, c.status, c.owner, c.opened_at as "openedAt", c.person, s.surrogate, p.sealed as "sealedPerson"`
const source = Prisma.sql`intake."case" c join intake.person p on p.id = c.person left join intake.audit_surrogate s on s.person = p.id`

const onTheTeam = ({ subject, organisation }: Member): Prisma.Sql =>
  Prisma.sql`c.organisation = ${organisation} and exists (select from intake.care_team t where t."case" = c.id and t.subject = ${subject})`

/** Cases of whose care team the caller is, by opening; one more than `limit` when there are more. */
export function listCases(tx: Tx, page: CasePage): Promise<CaseRow[]> {
  const [time, id] = [Prisma.sql`c.opened_at`, Prisma.sql`c.id`]
  const matching = where(
    onTheTeam(page.member),
    page.status === undefined ? undefined : Prisma.sql`c.status = ${page.status}`,
    beyond(time, id, page),
  )
  return tx.$queryRaw<CaseRow[]>`select ${columns} from ${source} ${matching} ${ordered(time, id, page)}`
}

/** One case; null when there is none that the caller may know of. */
export async function findCase(tx: Tx, id: string, member: Member): Promise<FoundCase | null> {
  const rows = await tx.$queryRaw<FoundCase[]>`
    select ${columns}, r.source, r.referring_organisation as "referringOrganisation", r.urgency, r.interim_safety as "interimSafety"
    from ${source} join intake.referral r on r.id = c.referral where c.id = ${id}::uuid and ${onTheTeam(member)}`
  return rows[0] ?? null
}

/** A case's team, its owner first. */
export function readCareTeam(tx: Tx, caseId: string) {
  return tx.careTeam.findMany({ where: { caseId }, orderBy: [{ since: 'asc' }, { subject: 'asc' }] })
}

/** What {@link readCareTeam} reads. */
export type CareTeam = Awaited<ReturnType<typeof readCareTeam>>
