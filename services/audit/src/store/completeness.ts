import type { PoolClient } from 'pg'
import type { Misfit } from '../domain/chain.ts'
import { logId } from './log.ts'

/** How complete what is answered is. */
export interface Completeness {
  /** Entries in the log. */
  readonly size: bigint
  /** When the last one came in; null while there is none. */
  readonly movedAt: Date | null
  readonly openGaps: number
  /** Numbers that open gaps miss at most. */
  readonly missing: bigint
  /** Gaps that nobody asks for any more, and the numbers that they miss at most. */
  readonly givenUpGaps: number
  readonly lost: bigint
  readonly producers: number
  readonly silent: number
  /** Signed heads that name more than is stored. */
  readonly behind: number
  /** When the service that was heard least recently was heard; null while there is no producer. */
  readonly heardUntil: Date | null
}

/** Of one moment, when the client is in a snapshot. */
export async function readCompleteness(client: PoolClient): Promise<Completeness> {
  const { rows } = await client.query<Record<Large, string> & Omit<Completeness, Large>>({
    name: 'completeness',
    text: `select h.size::text, h.moved_at as "movedAt", g.gaps as "openGaps", g.missing::text, g.given_up as "givenUpGaps", g.lost::text, p.producers, p.silent, p.behind,
             (select min(heard_at) from (select max(heard_at) as heard_at from ledger.producer_state group by split_part(producer, '/', 1)) service) as "heardUntil"
           from ledger.head h,
             (select count(*) filter (where outcome is null)::int as gaps, coalesce(sum(until_seq - next_seq + 1) filter (where outcome is null), 0)::bigint as missing,
               count(outcome)::int as given_up, coalesce(sum(until_seq - next_seq + 1) filter (where outcome is not null), 0)::bigint as lost
              from ledger.gap where outcome is null or outcome = 'given-up') g,
             (select count(*)::int as producers, count(silent_since)::int as silent, count(*) filter (where head_seq > seq)::int as behind from ledger.producer_state) p
           where h.log_id = $1`,
    values: [logId],
  })
  const row = rows[0]!
  return { ...row, size: BigInt(row.size), missing: BigInt(row.missing), lost: BigInt(row.lost) }
}

type Large = 'size' | 'missing' | 'lost'

/** A producer as auditors see it. */
export interface ProducerRow {
  readonly producer: string
  readonly seq: string
  readonly hash: Buffer
  readonly headSeq: string
  /** Numbers that its gaps miss at most, and how many of them nobody asks for any more. */
  readonly missing: string
  readonly lost: string
  readonly heardAt: Date
  readonly silentSince: Date | null
}

/** An open gap or a closed one. */
export interface GapRow {
  readonly producer: string
  readonly first: string
  readonly last: string
  readonly next: string
  readonly until: string
  readonly openedAt: Date
  readonly closedAt: Date | null
  readonly outcome: 'filled' | 'contradicted' | 'given-up' | null
}

/** All producers that were ever heard, by name: one for each epoch of each service. */
export async function listProducers(client: PoolClient): Promise<ProducerRow[]> {
  const { rows } = await client.query<ProducerRow>(
    `select producer, seq::text, hash, head_seq::text as "headSeq", coalesce(missing, 0)::text as missing, coalesce(lost, 0)::text as lost,
       heard_at as "heardAt", silent_since as "silentSince"
     from ledger.producer_state left join (
       select producer, sum(until_seq - next_seq + 1) as missing, sum(until_seq - next_seq + 1) filter (where outcome is not null) as lost
       from ledger.gap where outcome is null or outcome = 'given-up' group by producer
     ) gaps using (producer) order by producer`,
  )
  return rows
}

/** The latest gaps, open ones first. */
export async function listGaps(client: PoolClient, limit: number): Promise<GapRow[]> {
  const { rows } = await client.query<GapRow>(
    `select producer, first_seq::text as first, last_seq::text as last, next_seq::text as next, until_seq::text as until,
       opened_at as "openedAt", closed_at as "closedAt", outcome
     from ledger.gap order by closed_at is not null, opened_at desc, producer limit $1`,
    [limit],
  )
  return rows
}

/** What did not fit, the latest first. */
export async function listEvidence(client: PoolClient, limit: number) {
  const { rows } = await client.query<{ producer: string; seq: string; kind: Misfit; foundAt: Date }>(
    `select producer, seq::text, kind, found_at as "foundAt" from ledger.evidence order by id desc limit $1`,
    [limit],
  )
  return rows
}

/** Leaves that only say again what an earlier one said. */
export async function countRepeated(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ count: string }>('select count(*)::text as count from query.repeated')
  return rows[0]!.count
}
