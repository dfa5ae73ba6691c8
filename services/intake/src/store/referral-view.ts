import type { ReferralState } from '../domain/referral.ts'
import type { Tx } from './client.ts'

/** Where a page ended: lists are ordered by (received, id). */
export interface Position {
  at: Date
  id: string
}

export interface ReferralPage {
  /** The relation: only what this organisation received. */
  receiver: string
  state: ReferralState | undefined
  referringOrganisation: string | undefined
  possibleDuplicate: boolean | undefined
  order: 'asc' | 'desc'
  after: Position | undefined
  limit: number
}

const person = { select: { id: true, sealed: true, _count: { select: { duplicates: true } } } } as const

/** Referrals of one organisation by arrival; one more than `limit` when there are more. */
export function listReferrals(tx: Tx, page: ReferralPage) {
  const { receiver, state, referringOrganisation, possibleDuplicate, order, after, limit } = page
  return tx.referral.findMany({
    where: {
      receiver,
      ...(state !== undefined && { state }),
      ...(referringOrganisation !== undefined && { referringOrganisation }),
      ...(possibleDuplicate !== undefined && {
        person: { duplicates: possibleDuplicate ? { some: {} } : { none: {} } },
      }),
      ...(after !== undefined && beyond(after, order)),
    },
    include: { person, case: { select: { id: true } } },
    orderBy: [{ receivedAt: order }, { id: order }],
    take: limit + 1,
  })
}

/** A row of {@link listReferrals}. */
export type ListedReferral = Awaited<ReturnType<typeof listReferrals>>[number]

function beyond({ at, id }: Position, order: 'asc' | 'desc') {
  const step = order === 'asc' ? 'gt' : 'lt'
  return { OR: [{ receivedAt: { [step]: at } }, { receivedAt: at, id: { [step]: id } }] }
}

/** How many referrals the organisation received, by one column, most first. */
export async function countReferrals(
  tx: Tx,
  receiver: string,
  by: 'referringOrganisation' | 'state',
): Promise<{ value: string; count: number }[]> {
  const groups = await tx.referral.groupBy({ by: [by], where: { receiver }, _count: true })
  return groups
    .map(group => ({ value: group[by], count: group._count }))
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
}

/** One referral of the organisation with all that belongs to it; null when there is none that it may know of. */
export async function findReferral(tx: Tx, { id, receiver }: { id: string; receiver: string }) {
  const referral = await tx.referral.findFirst({
    where: { id, receiver },
    include: { person, case: { select: { id: true } } },
  })
  if (referral === null) return null
  const duplicates = await findDuplicates(tx, referral.personId, receiver)
  return { referral, duplicates, history: await readHistory(tx, id) }
}

/** What {@link findReferral} finds. */
export type FoundReferral = NonNullable<Awaited<ReturnType<typeof findReferral>>>

/** Referrals of the same organisation whose person may be the same one, with what they have in common. */
async function findDuplicates(tx: Tx, personId: string, receiver: string) {
  const rows = await tx.possibleDuplicate.findMany({
    where: { personId },
    select: {
      kinds: true,
      otherId: true,
      other: { select: { referrals: { where: { receiver }, select: { id: true } } } },
    },
    orderBy: { otherId: 'asc' },
  })
  return rows.flatMap(({ kinds, otherId, other }) =>
    other.referrals.map(({ id }) => ({ referral: id, person: otherId, kinds })),
  )
}

interface HistoryRow {
  state: string
  version: number
  time: Date
  reason: string | null
}

// The facts are the history; there is no second copy of it to disagree. Data is json, read for two codes only.
function readHistory(tx: Tx, referral: string): Promise<HistoryRow[]> {
  return tx.$queryRaw<HistoryRow[]>`
    select data ->> 'state' as state, version::int as version, time, data ->> 'reason' as reason
    from stream.fact where topic = 'haven.intake.referral' and key = ${referral} order by id`
}
