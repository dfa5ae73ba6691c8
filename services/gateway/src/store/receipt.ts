import { rowsOf } from '@haven/db'
import type { Pool } from 'pg'
import type { Answer } from '../domain/receipt.ts'

/** A receipt as it stands, with whether its fact has been acknowledged by Kafka. */
export interface ReceiptRow {
  id: string
  position: string
  type: string
  acceptedAt: Date
  answer: Answer | null
  reason: string | null
  outcome: string | null
  outcomeAt: Date | null
  published: boolean
}

export interface Page {
  state: 'accepted' | 'published' | Answer | undefined
  order: 'asc' | 'desc'
  /** Position after which the page begins. */
  after: string | undefined
  limit: number
}

const columns = `r.id, r.position::text as position, r.type, r.accepted_at as "acceptedAt", r.answer, r.reason, r.outcome,
  r.outcome_at as "outcomeAt", coalesce(p.published, false) as published`
const source = 'gateway.receipt r left join stream.progress p on p.fact_id = r.fact'

// What Kafka has not acknowledged is bounded by the backlog's limits and most often nothing: `accepted` starts from it
// rather than from all receipts that intake has not answered yet.
const waiting = `select f.fact_id from stream.unsent u join stream.fact f on f.id = u.fact_id
  union all
  select f.fact_id from stream.sent s join stream.numbered n on n.stream = s.stream and n.seq > s.sent join stream.fact f on f.id = n.fact_id`

const conditions: Record<NonNullable<Page['state']>, string> = {
  accepted: `r.answer is null and r.fact in (${waiting})`,
  published: `r.answer is null and p.published`,
  held: `r.answer = 'held'`,
  applied: `r.answer = 'applied'`,
  rejected: `r.answer = 'rejected'`,
}

/** A partner's receipts by position; one more than `limit` when there are more. */
export function listReceipts(pool: Pool, partner: string, { state, order, after, limit }: Page): Promise<ReceiptRow[]> {
  const beyond = after === undefined ? '' : `and r.position ${order === 'asc' ? '>' : '<'} $3`
  const filter = state === undefined ? '' : `and ${conditions[state]}`
  const text = `select ${columns} from ${source} where r.partner = $1 ${beyond} ${filter} order by r.position ${order} limit $2`
  return rowsOf(pool, { text, values: [partner, limit + 1, ...(after === undefined ? [] : [after])] })
}

/** One receipt of the partner; another's is as absent as none. */
export async function findReceipt(pool: Pool, partner: string, id: string): Promise<ReceiptRow | undefined> {
  const text = `select ${columns} from ${source} where r.partner = $1 and r.id = $2`
  const rows = await rowsOf<ReceiptRow>(pool, { text, values: [partner, id] })
  return rows[0]
}

/** The partner's receipts under these identities (HMACs), with the HMAC of the content that was accepted. */
export function findByIdentity(
  pool: Pool,
  partner: string,
  identities: readonly Buffer[],
): Promise<(ReceiptRow & { identity: Buffer; content: Buffer })[]> {
  const text = `select ${columns}, r.identity, r.content from ${source} where r.partner = $1 and r.identity = any($2::bytea[])`
  return rowsOf(pool, { text, values: [partner, identities] })
}
