import { rowsOf } from '@haven/db'
import type { Pool } from 'pg'
import type { CaseStatus } from '../domain/case.ts'
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
  /** Its owner first. */
  team: TeamMember[]
}

/** One of a case's team. */
export interface TeamMember {
  subject: string
  role: 'owner' | 'member'
  since: Date
}

const columns = Prisma.sql`c.id, c.version, c.referral, c.status, c.owner, c.opened_at as "openedAt", c.person, s.surrogate, p.sealed as "sealedPerson"`
const source = Prisma.sql`intake."case" c join intake.person p on p.id = c.person left join intake.audit_surrogate s on s.person = p.id`

const onTheTeam = ({ subject, organisation }: Member): Prisma.Sql =>
  Prisma.sql`c.organisation = ${organisation} and exists (select from intake.care_team t where t."case" = c.id and t.subject = ${subject})`

/** Cases of whose care team the caller is, by opening; one more than `limit` when there are more. */
export function listCases(pool: Pool, page: CasePage): Promise<CaseRow[]> {
  const [time, id] = [Prisma.sql`c.opened_at`, Prisma.sql`c.id`]
  const matching = where(
    onTheTeam(page.member),
    page.status === undefined ? undefined : Prisma.sql`c.status = ${page.status}`,
    beyond(time, id, page),
  )
  return rowsOf(pool, Prisma.sql`select ${columns} from ${source} ${matching} ${ordered(time, id, page)}`)
}

const team = Prisma.sql`(select json_agg(json_build_object('subject', t.subject, 'role', t.role, 'since', t.since) order by t.since, t.subject)
  from intake.care_team t where t."case" = c.id)`

interface Detail extends Omit<FoundCase, 'team'> {
  team: (Omit<TeamMember, 'since'> & { since: string })[]
}

/** One case, as it is at one moment; null when there is none that the caller may know of. */
export async function findCase(pool: Pool, id: string, member: Member): Promise<FoundCase | null> {
  const [row] = await rowsOf<Detail>(
    pool,
    Prisma.sql`
    select ${columns}, r.source, r.referring_organisation as "referringOrganisation", r.urgency, r.interim_safety as "interimSafety", ${team} as team
    from ${source} join intake.referral r on r.id = c.referral where c.id = ${id}::uuid and ${onTheTeam(member)}`,
  )
  return row === undefined ? null : { ...row, team: row.team.map(one => ({ ...one, since: new Date(one.since) })) }
}
