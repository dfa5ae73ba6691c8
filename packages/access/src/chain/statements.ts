import type { Pool, PoolClient } from 'pg'
import { type ChainHead, noHash, type StoredLeaf } from './leaf.ts'
import { runBytes, runLeaves } from './run.ts'

/** Commits taken into the chain in one transaction, and their bytes, at most (the first one in any case). */
const takeRows = 500
const takeBytes = 1_048_576

/** Makes the producer's rows when it has none; answers where its chain stands. */
export async function openChain(pool: Pool, producer: string): Promise<{ head: ChainHead; sent: bigint }> {
  await pool.query(
    `with opened as (insert into record.chain (producer, seq, hash) values ($1, 0, $2) on conflict do nothing)
     insert into record.sent (producer) values ($1) on conflict do nothing`,
    [producer, noHash],
  )
  const { rows } = await pool.query<{ seq: string; hash: Buffer; sent: string }>(
    'select c.seq::text, c.hash, s.seq::text as sent from record.chain c join record.sent s using (producer) where producer = $1',
    [producer],
  )
  const { seq, hash, sent } = rows[0]!
  return { head: { seq: BigInt(seq), hash }, sent: BigInt(sent) }
}

/** Whether so many were taken that more may wait. */
export function isFullTake(taken: readonly Taken[]): boolean {
  return taken.length === takeRows || taken.reduce((sum, { batch }) => sum + batch.length, 0) >= takeBytes
}

/** What one commit recorded. */
export interface Taken {
  id: string
  batch: Buffer
  written_at: Date
}

/**
 * Takes the least committed batches out of the outbox, in the order of their ids. Ids that are taken out of order (a lower one was committed
 * later) only mean that the chain has another order. A second relay waits for the first one's commit and finds them gone.
 */
export async function takeBatches(client: PoolClient, besides: readonly string[]): Promise<Taken[]> {
  const { rows } = await client.query<Taken>({
    name: 'haven-record-take',
    text: `
with least as materialized (select id, octet_length(batch) as bytes from record.outbox where id <> all($1::bigint[]) order by id limit $2),
summed as (select id, sum(bytes) over (order by id) - bytes as before from least)
delete from record.outbox o using summed s where o.id = s.id and s.before < $3 returning o.id::text, o.batch, o.written_at`,
    values: [besides, takeRows, takeBytes],
  })
  return rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
}

// The leaves travel as one value, which PostgreSQL cuts: an array of bytea costs several times as much. The table's own check
// hashes what was stored, so a bit that flipped on the way fails the transaction.
const storeStatement = `
with given as (
  select n, length, sum(length) over (order by n) - length as before, written_at
  from unnest($5::int[], $6::timestamptz[]) with ordinality as t(length, written_at, n)
),
moved as (
  update record.chain set seq = seq + cardinality($5::int[]), hash = substring($7::bytea from 32 * cardinality($5::int[]) - 31 for 32)
  where producer = $1 and seq = $2::bigint and hash = $3 returning producer
)
insert into record.leaf (producer, seq, prev, leaf, hash, written_at)
select m.producer, $2::bigint + g.n, case when g.n = 1 then $3 else substring($7::bytea from (32 * g.n - 63)::int for 32) end,
  substring($4::bytea from (g.before + 1)::int for g.length), substring($7::bytea from (32 * g.n - 31)::int for 32), g.written_at
from given g cross join moved m`

/**
 * Stores leaves and moves the chain by compare-and-set; false, with nothing written, when it does not stand at `head` any more.
 */
export async function storeLeaves(
  client: PoolClient,
  producer: string,
  head: ChainHead,
  leaves: readonly (StoredLeaf & { writtenAt: Date })[],
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'haven-record-store',
    text: storeStatement,
    values: [
      producer,
      String(head.seq),
      head.hash,
      Buffer.concat(leaves.map(leaf => leaf.bytes)),
      leaves.map(leaf => leaf.bytes.length),
      leaves.map(leaf => leaf.writtenAt),
      Buffer.concat(leaves.map(leaf => leaf.hash)),
    ],
  })
  return rowCount === leaves.length
}

/** Stored leaves above a number in their order, as many as may go into one message; the hash is that of what is stored now. */
export async function readLeaves(pool: Pool, producer: string, above: bigint): Promise<StoredLeaf[]> {
  const { rows } = await pool.query<{ seq: string; prev: Buffer; leaf: Buffer; hash: Buffer }>({
    name: 'haven-record-read',
    text: `
select seq::text, prev, leaf, sha256(leaf) as hash from (
  select *, sum(octet_length(leaf)) over (order by seq) - octet_length(leaf) as before from (
    select * from record.leaf where producer = $1 and seq > $2::bigint order by seq limit $3
  ) least
) summed where before < $4 order by summed.seq`,
    values: [producer, String(above), runLeaves, runBytes],
  })
  return rows.map(({ seq, prev, leaf, hash }) => ({ seq: BigInt(seq), prev, bytes: leaf, hash }))
}

/** SHA-256 of the stored leaf, null when there is none. */
export async function hashAt(pool: Pool, producer: string, seq: bigint): Promise<Buffer | null> {
  const { rows } = await pool.query<{ hash: Buffer }>(
    'select sha256(leaf) as hash from record.leaf where producer = $1 and seq = $2',
    [producer, String(seq)],
  )
  return rows[0]?.hash ?? null
}

/** Notes what Kafka has acknowledged. A crash may lose it (then the start check finds it), so nobody waits for the disk. */
export async function noteSent(pool: Pool, producer: string, seq: bigint): Promise<void> {
  await pool.query({
    name: 'haven-record-sent',
    text: `with quick as materialized (select set_config('synchronous_commit', 'off', true))
      update record.sent s set seq = $2::bigint from quick where s.producer = $1 and s.seq < $2::bigint`,
    values: [producer, String(seq)],
  })
}

/** Commits in the outbox and leaves that Kafka has not acknowledged; counting the commits stops at `atMost`. */
export async function readBacklog(
  pool: Pool,
  producer: string,
  atMost: number,
): Promise<{ rows: number; oldestMs: number }> {
  const { rows } = await pool.query<{ rows: string; oldest: string | null }>({
    name: 'haven-record-backlog',
    text: `
select (select count(*) from (select from record.outbox limit $2) o)
    + coalesce((select c.seq - s.seq from record.chain c join record.sent s using (producer) where producer = $1), 0) as rows,
  extract(epoch from clock_timestamp() - least(
    (select written_at from record.outbox order by id limit 1),
    (select l.written_at from record.sent s join record.leaf l on l.producer = s.producer and l.seq = s.seq + 1 where s.producer = $1)
  )) * 1000 as oldest`,
    values: [producer, atMost],
  })
  const { rows: waiting, oldest } = rows[0]!
  return { rows: Number(waiting), oldestMs: oldest === null ? 0 : Math.max(0, Math.round(Number(oldest))) }
}
