import type { CaseStatus } from '../domain/case.ts'
import type { Tx } from './client.ts'
import type { Position } from './referral-view.ts'

/** Who asks. The relation is membership of the care team, within the organisation that has the case. */
export interface Member {
  subject: string
  organisation: string
}

const onTheTeam = ({ subject, organisation }: Member) => ({ organisation, careTeam: { some: { subject } } })

export interface CasePage {
  member: Member
  status: CaseStatus | undefined
  order: 'asc' | 'desc'
  after: Position | undefined
  limit: number
}

/** Cases of whose care team the caller is, by opening; one more than `limit` when there are more. */
export function listCases(tx: Tx, { member, status, order, after, limit }: CasePage) {
  const step = order === 'asc' ? 'gt' : 'lt'
  return tx.case.findMany({
    where: {
      ...onTheTeam(member),
      ...(status !== undefined && { status }),
      ...(after !== undefined && {
        OR: [{ openedAt: { [step]: after.at } }, { openedAt: after.at, id: { [step]: after.id } }],
      }),
    },
    include: { person: { select: { id: true, sealed: true } } },
    orderBy: [{ openedAt: order }, { id: order }],
    take: limit + 1,
  })
}

/** A row of {@link listCases}. */
export type ListedCase = Awaited<ReturnType<typeof listCases>>[number]

/** One case with its team; null when there is none that the caller may know of. */
export function findCase(tx: Tx, id: string, member: Member) {
  return tx.case.findFirst({
    where: { id, ...onTheTeam(member) },
    include: {
      person: { select: { id: true, sealed: true } },
      referral: { select: { urgency: true, interimSafety: true, source: true, referringOrganisation: true } },
      careTeam: { orderBy: [{ since: 'asc' }, { subject: 'asc' }] },
    },
  })
}

/** What {@link findCase} finds. */
export type FoundCase = NonNullable<Awaited<ReturnType<typeof findCase>>>
