import type { Pool, PoolClient } from 'pg'
import type { Gap, Misfit } from '../domain/chain.ts'
import type { Producer } from '../domain/judge.ts'
import { longestPauseMs } from '../domain/silence.ts'
import { HeadMoved } from './log.ts'

interface Row {
  producer: string
  seq: string
  hash: Buffer
  head_seq: string
  heard_at: Date
  signed_at: Date | null
  silent_since: Date | null
}

interface GapRow {
  producer: string
  first_seq: string
  last_seq: string
  next_seq: string
  until_seq: string
  hash_before: Buffer
  hash_after: Buffer
  opened_at: Date
  outcome: string | null
}

/**
 * Everything that is known of producers, for a leader that begins. It listens to each anew for as long as an idle one may pause: who was away
 * itself has heard nobody.
 */
export async function loadProducers(pool: Pool, now: number): Promise<Map<string, Producer>> {
  const states = await pool.query<Row>(
    'select producer, seq::text, hash, head_seq::text, heard_at, signed_at, silent_since from ledger.producer_state',
  )
  const gaps = await pool.query<GapRow>(
    `select producer, first_seq::text, last_seq::text, next_seq::text, until_seq::text, hash_before, hash_after, opened_at, outcome
     from ledger.gap where outcome is null or outcome = 'given-up' order by producer, first_seq`,
  )
  return new Map(
    states.rows.map(row => {
      const open = gaps.rows.filter(({ producer }) => producer === row.producer).map(gapOf)
      const chain = { seq: BigInt(row.seq), hash: row.hash, gaps: open, behindSince: null }
      const hearing = {
        heardAt: row.heard_at.getTime(),
        dueAt: now + longestPauseMs,
        signedAt: row.signed_at?.getTime() ?? null,
        silentSince: row.silent_since?.getTime() ?? null,
      }
      return [row.producer, { chain, headSeq: BigInt(row.head_seq), hearing }]
    }),
  )
}

const gapOf = (row: GapRow): Gap => ({
  first: BigInt(row.first_seq),
  last: BigInt(row.last_seq),
  next: BigInt(row.next_seq),
  until: BigInt(row.until_seq),
  hashBefore: row.hash_before,
  hashAfter: row.hash_after,
  openedAt: row.opened_at.getTime(),
  isGivenUp: row.outcome !== null,
})

/** Moves a producer's state by compare-and-set; `before` is null for one that is met for the first time. @throws HeadMoved */
export async function moveProducer(
  client: PoolClient,
  producer: string,
  before: Producer | null,
  after: Producer,
): Promise<void> {
  const { chain, headSeq, hearing } = after
  const times = [hearing.heardAt, hearing.signedAt, hearing.silentSince].map(at => (at === null ? null : new Date(at)))
  const values = [producer, String(chain.seq), chain.hash, String(headSeq), ...times]
  const { rowCount } =
    before === null
      ? await client.query({
          name: 'new-producer',
          text: `insert into ledger.producer_state (producer, seq, hash, head_seq, heard_at, signed_at, silent_since) values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict on constraint producer_state_pkey do nothing`,
          values,
        })
      : await client.query({
          name: 'move-producer',
          text: `update ledger.producer_state set seq = $2, hash = $3, head_seq = $4, heard_at = $5, signed_at = $6, silent_since = $7
                 where producer = $1 and seq = $8 and hash = $9`,
          values: [...values, String(before.chain.seq), before.chain.hash],
        })
  if (rowCount !== 1) throw new HeadMoved(`the chain of ${producer}`)
}

/** Opens a gap, or what is left of one above a leaf that lay in its middle. */
export async function openGap(client: PoolClient, producer: string, gap: Gap, at: Date): Promise<void> {
  await client.query(
    `insert into ledger.gap (producer, first_seq, last_seq, next_seq, until_seq, hash_before, hash_after, opened_at, outcome, closed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      producer,
      ...[gap.first, gap.last, gap.next, gap.until].map(String),
      gap.hashBefore,
      gap.hashAfter,
      new Date(gap.openedAt),
      ...(gap.isGivenUp ? ['given-up', at] : [null, null]),
    ],
  )
}

/** Notes what a gap still misses, and how it ended when it did; `given-up` stands until it is filled all the same. */
export async function changeGap(
  client: PoolClient,
  producer: string,
  gap: Gap,
  ended: { outcome: 'filled' | 'contradicted' | 'given-up'; at: Date } | null,
): Promise<void> {
  await client.query({
    name: 'change-gap',
    text: `update ledger.gap set next_seq = $3, until_seq = $4, hash_before = $5, hash_after = $6, outcome = coalesce($7, outcome), closed_at = coalesce($8, closed_at)
           where producer = $1 and first_seq = $2`,
    values: [
      producer,
      ...[gap.first, gap.next, gap.until].map(String),
      gap.hashBefore,
      gap.hashAfter,
      ended?.outcome ?? null,
      ended?.at ?? null,
    ],
  })
}

/** Something that did not fit. */
export interface Evidence {
  readonly producer: string
  readonly seq: bigint
  readonly kind: Misfit
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
}

/** Keeps it; false when this number's misfit is on the record already. */
export async function keepEvidence(client: PoolClient, found: Evidence, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into ledger.evidence (producer, seq, kind, hash, bytes, found_at) values ($1, $2, $3, $4, $5, $6)
     on conflict on constraint evidence_once_key do nothing`,
    [found.producer, String(found.seq), found.kind, found.hash, found.bytes, at],
  )
  return rowCount === 1
}
