import { frameEntries } from '@haven/access'
import { isConflict, toProblem } from '@haven/db'
import { factCte, factInput, factParameters, factValues, type NewFact } from '@haven/stream'
import type { Pool } from 'pg'

/** An event about to be accepted: its receipt and the fact that carries it on. */
export interface NewReceipt {
  readonly id: string
  /** HMACs, 32 bytes each. */
  readonly identity: Buffer
  readonly content: Buffer
  readonly type: string
  readonly fact: NewFact & { readonly id: string }
}

// The partner is $1, the receipts' columns $2 to $5, the facts' from $6 on. Positions are drawn in the batch's order;
// rows go in by identity, so that two batches with events in common wait for each other and never deadlock.
const statement = `with given as materialized (
  select *, nextval('gateway.receipt_position') as position from (
    select * from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::text[]) with ordinality as receipt(receipt, identity, content, event_type, ord)
    join ${factInput(6, 'fact')} using (ord) order by ord
  ) as ordered
), receipt_written as (
  insert into gateway.receipt (id, position, partner, organisation, identity, content, type, fact, accepted_at)
  select receipt, position, $1::uuid, organisation, identity, content, event_type, fact_id, time from given order by identity
  on conflict (partner, identity) do nothing returning id, fact
), accepted as (
  select given.* from given join receipt_written on receipt_written.fact = given.fact_id
), ${factCte('accepted')}, recorded as (
  insert into record.outbox (batch) select $${6 + factParameters}::bytea where exists (select from receipt_written)
)
select id from receipt_written`

const attempts = 3

/**
 * Writes receipts, facts, their place in the queue and the entry of the access record in ONE statement (the entry when there is anything new), in the order given, and answers the ids of the receipts that are new. An event
 * whose identity has a receipt already is left out: look it up afterwards, in a statement of its own, which then sees it.
 * @throws Problem `unavailable`; when the connection broke during the commit the outcome is unknown, and the same request again settles it
 */
export async function writeReceipts(
  pool: Pool,
  { partner, receipts, entry }: { partner: string; receipts: readonly NewReceipt[]; entry: Uint8Array },
): Promise<Set<string>> {
  const values = [
    partner,
    receipts.map(({ id }) => id),
    receipts.map(({ identity }) => identity),
    receipts.map(({ content }) => content),
    receipts.map(({ type }) => type),
    ...factValues(receipts.map(({ fact }) => fact)),
    frameEntries([entry]),
  ]
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows } = await pool.query<{ id: string }>({ name: 'accept', text: statement, values })
      return new Set(rows.map(({ id }) => id))
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw toProblem(error)
    }
  }
}
