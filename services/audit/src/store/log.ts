import { bigintArray, textArray, toProblem } from '@haven/db'
import type { Pool, PoolClient } from 'pg'
import { linkKey } from '../domain/judge.ts'
import type { Leaf } from '../domain/leaf.ts'

/** The one log of an installation so far; yearly ones follow it by number. */
export const logId = 1

/** Another process has appended: what this one remembers is worth nothing any more. */
export class HeadMoved extends Error {
  constructor(what: string) {
    super(`another process has moved ${what}`)
    this.name = 'HeadMoved'
  }
}

/** PostgreSQL holds other bytes than were hashed: nothing of the batch may stand. */
export class HashDiffers extends Error {
  constructor(idx: bigint) {
    super(`the leaf stored at ${idx} has another hash than the leaf that arrived`)
    this.name = 'HashDiffers'
  }
}

/** Entries in the log, its row locked until the transaction ends. */
export async function lockHead(client: PoolClient): Promise<bigint> {
  const { rows } = await client.query<{ size: string }>({
    name: 'lock-head',
    text: 'select size::text from ledger.head where log_id = $1 for update',
    values: [logId],
  })
  return BigInt(rows[0]!.size)
}

/** Entries in the log now. */
export async function logSize(pool: Pool): Promise<bigint> {
  try {
    const { rows } = await pool.query<{ size: string }>({
      name: 'log-size',
      text: 'select size::text from ledger.head where log_id = $1',
      values: [logId],
    })
    return BigInt(rows[0]!.size)
  } catch (error) {
    throw toProblem(error)
  }
}

/** @throws HeadMoved */
export async function moveHead(client: PoolClient, from: bigint, to: bigint, at: Date): Promise<void> {
  const { rowCount } = await client.query({
    name: 'move-head',
    text: 'update ledger.head set size = $3, moved_at = $4 where log_id = $1 and size = $2',
    values: [logId, String(from), String(to), at],
  })
  if (rowCount !== 1) throw new HeadMoved('the head')
}

/**
 * Puts leaves at the indexes from `first` on. The hash is read back from what PostgreSQL stored: a bit flipped
 * between hashing and storing has ended logs before. Leaves and hashes travel as one value each, which PostgreSQL cuts: an array of bytea costs
 * several times as much.
 * @throws HashDiffers
 */
export async function appendLeaves(client: PoolClient, first: bigint, leaves: readonly Leaf[]): Promise<void> {
  const { rows } = await client.query<{ hashes: Buffer }>({
    name: 'append-leaves',
    text: `with given as (
             select n, length::int, sum(length::int) over (order by n) - length as before from unnest($3::bigint[]) with ordinality as t (length, n)
           ), stored as (
             insert into ledger.entry (log_id, idx, leaf)
             select $1, $2::bigint + n - 1, substring($4::bytea from (before + 1)::int for length) from given returning idx, leaf
           )
           select string_agg(sha256(leaf), ''::bytea order by idx) as hashes from stored`,
    values: [
      logId,
      String(first),
      bigintArray(leaves.map(({ bytes }) => BigInt(bytes.length))),
      Buffer.concat(leaves.map(({ bytes }) => bytes)),
    ],
  })
  compareHashes(first, rows[0]!.hashes, hashesOf(leaves))
}

/** Notes their numbers. */
export async function appendLinks(client: PoolClient, first: bigint, leaves: readonly Leaf[]): Promise<void> {
  await client.query({
    name: 'append-links',
    text: `insert into ledger.link (producer, seq, idx, hash) select producer, seq, $1::bigint + n - 1, substring($4::bytea from (32 * n - 31)::int for 32)
           from unnest($2::text[], $3::bigint[]) with ordinality as given (producer, seq, n)`,
    values: [
      String(first),
      textArray(leaves.map(({ producer }) => producer)),
      bigintArray(leaves.map(({ seq }) => seq)),
      hashesOf(leaves),
    ],
  })
}

const hashesOf = (leaves: readonly Leaf[]): Buffer => Buffer.concat(leaves.map(({ hash }) => hash))

function compareHashes(first: bigint, stored: Buffer, hashes: Buffer): void {
  if (stored.equals(hashes)) return
  let at = 0
  while (stored.subarray(at, at + 32).equals(hashes.subarray(at, at + 32))) at += 32
  throw new HashDiffers(first + BigInt(at / 32))
}

/** The hashes that are stored under numbers, by `producer` and number. */
export async function storedHashes(
  client: PoolClient,
  asked: readonly { producer: string; seq: bigint }[],
): Promise<Map<string, Uint8Array>> {
  if (asked.length === 0) return new Map()
  const { rows } = await client.query<{ producer: string; seq: string; hash: Buffer }>({
    name: 'stored-hashes',
    text: `select l.producer, l.seq::text, l.hash from unnest($1::text[], $2::bigint[]) as asked (producer, seq)
           join ledger.link l on l.producer = asked.producer and l.seq = asked.seq`,
    values: [asked.map(({ producer }) => producer), asked.map(({ seq }) => String(seq))],
  })
  return new Map(rows.map(({ producer, seq, hash }) => [linkKey(producer, BigInt(seq)), hash]))
}

/** Makes the partition that an index falls into, when there is none. */
export async function makePartition(pool: Pool, part: bigint): Promise<void> {
  await pool.query('select ledger.make_partition($1::smallint, $2::bigint)', [logId, String(part)])
}

/** Entries of one partition, as the migration has it. */
export const partitionSize = 1_048_576n
