import type { Pool, PoolClient } from 'pg'
import { biteBytes } from '../steps/bite.ts'
import type { StreamName } from '../steps/stream-name.ts'

/** Facts numbered in one statement, at most. */
export const numberAtMost = 2_000

/**
 * Gives committed facts the next numbers of their streams, in the order of their ids, and answers each changed stream's last number. LEFT
 * JOIN: a fact whose stream has no row fails the statement (23502) instead of vanishing. A second relay at the same time fails
 * on numbered's primary key (23505). $1 epoch, $2 how many.
 */
const numberStatement = `
with least as materialized (select fact_id from stream.unsent order by fact_id limit $2),
taken as (delete from stream.unsent u using least where u.fact_id = least.fact_id returning u.fact_id, u.topic, u.part),
placed as (
  select t.fact_id, s.id as stream, s.next + row_number() over (partition by t.topic, t.part order by t.fact_id) as seq
  from taken t left join stream.stream s on s.epoch = $1 and s.topic = t.topic and s.part = t.part
),
written as (insert into stream.numbered (stream, seq, fact_id) select stream, seq, fact_id from placed returning stream, seq)
update stream.stream s set next = w.seq
from (select stream, max(seq) as seq, count(*)::int as facts from written group by stream) w
where s.id = w.stream returning s.id, s.next::text as next, w.facts`

export interface NumberedStream {
  id: number
  next: bigint
  facts: number
}

export async function numberFacts(client: PoolClient, epoch: bigint, atMost = numberAtMost): Promise<NumberedStream[]> {
  const { rows } = await client.query<{ id: number; next: string; facts: number }>({
    name: 'haven-number',
    text: numberStatement,
    values: [String(epoch), atMost],
  })
  return rows.map(row => ({ ...row, next: BigInt(row.next) }))
}

export interface StreamRow {
  id: number
  name: StreamName
  next: bigint
  sent: bigint
}

/** The streams of the current epoch. */
export async function readStreams(pool: Pool, service: string): Promise<StreamRow[]> {
  const { rows } = await pool.query<{
    id: number
    epoch: string
    topic: string
    part: number
    next: string
    sent: string
  }>(
    `select s.id, s.epoch::text, s.topic, s.part, s.next::text, t.sent::text from stream.stream s join stream.sent t on t.stream = s.id
     where s.service = $1 and s.epoch = (select max(epoch) from stream.stream) order by s.id`,
    [service],
  )
  return rows.map(row => ({
    id: row.id,
    name: { service, epoch: BigInt(row.epoch), topic: row.topic, partition: row.part },
    next: BigInt(row.next),
    sent: BigInt(row.sent),
  }))
}

/** A numbered fact; the columns of the fact are null when its row is gone. `data` is the JSON text as it was written. */
export interface FactRow {
  stream: number
  seq: bigint
  fact_id: string | null
  key: string
  type: string
  subject: string
  organisation: string
  version: string | null
  time: Date
  traceparent: string | null
  data: string | null
}

export interface Range {
  stream: number
  /** The first number wanted; the row before the ones to send comes with it, for their `haven-prev`. */
  from: bigint
  rows: number
}

// Bounded by stored bytes as well: 500 facts of the largest kind, of each stream, would be too much for one answer. The first two rows
// (the one before and the next) come in any case.
const readStatement = `
select c.stream, r.seq::text as seq, r.fact_id, r.key, r.type, r.subject, r.organisation, r.version::text as version, r.time, r.traceparent,
  r.data::text as data
from unnest($1::int[], $2::bigint[], $3::int[]) as c(stream, first, rows)
cross join lateral (
  select *, row_number() over (order by seq) as nth, sum(stored) over (order by seq) as bytes from (
    select n.seq, f.*, coalesce(pg_column_size(f.data), 0) as stored from (
      select n.seq, n.fact_id as id from stream.numbered n where n.stream = c.stream and n.seq >= c.first order by n.seq limit c.rows
    ) n left join stream.fact f on f.id = n.id
  ) sized
) r
where r.nth <= 2 or r.bytes <= $4
order by c.stream, r.seq`

export async function readFacts(pool: Pool, ranges: readonly Range[]): Promise<FactRow[]> {
  if (ranges.length === 0) return []
  const { rows } = await pool.query<Omit<FactRow, 'seq'> & { seq: string }>({
    name: 'haven-read-facts',
    text: readStatement,
    values: [
      ranges.map(one => one.stream),
      ranges.map(one => String(one.from)),
      ranges.map(one => one.rows),
      biteBytes,
    ],
  })
  return rows.map(row => ({ ...row, seq: BigInt(row.seq) }))
}

/**
 * Notes what Kafka has acknowledged. It may be lost with a crash (then a receipt's state is late until the relay's start check), so
 * nobody waits for the disk.
 */
export async function noteSent(pool: Pool, sent: ReadonlyMap<number, bigint>): Promise<void> {
  await pool.query({
    name: 'haven-note-sent',
    text: `with quick as materialized (select set_config('synchronous_commit', 'off', true))
      update stream.sent t set sent = n.sent from quick, unnest($1::int[], $2::bigint[]) as n(stream, sent) where t.stream = n.stream and t.sent < n.sent`,
    values: [[...sent.keys()], [...sent.values()].map(String)],
  })
}

/** Facts not yet acknowledged, and the age of the oldest by the database's clock. Counts at most `atMost` + what is numbered. */
export async function readBacklog(pool: Pool, atMost: number): Promise<{ rows: number; oldestMs: number }> {
  const { rows } = await pool.query<{ rows: string; oldest: string | null }>({
    name: 'haven-backlog',
    text: `
with behind as (
  select s.id, t.sent, s.next - t.sent as facts from stream.stream s join stream.sent t on t.stream = s.id
  where s.epoch = (select max(epoch) from stream.stream) and s.next > t.sent
),
oldest as (
  select f.written_at from behind b join stream.numbered n on n.stream = b.id and n.seq = b.sent + 1 join stream.fact f on f.id = n.fact_id
  union all
  select f.written_at from stream.fact f where f.id = (select fact_id from stream.unsent order by fact_id limit 1)
)
select (select count(*) from (select from stream.unsent limit $1) u) + (select coalesce(sum(facts), 0) from behind) as rows,
  (select extract(epoch from clock_timestamp() - min(written_at)) * 1000 from oldest) as oldest`,
    values: [atMost],
  })
  const row = rows[0]!
  return { rows: Number(row.rows), oldestMs: row.oldest === null ? 0 : Math.max(0, Math.round(Number(row.oldest))) }
}
