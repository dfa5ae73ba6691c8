import { entryIn } from '@haven/access'
import type { PoolClient } from 'pg'
import { isSame, type Leaf } from '../domain/leaf.ts'
import { type Projection, project } from '../domain/projection.ts'
import { logId } from './log.ts'

/** A leaf that only says again what an earlier one said, by their places in the log. */
export interface Repeat {
  readonly idx: bigint
  readonly firstIdx: bigint
}

interface Earlier {
  readonly idx: bigint
  readonly leaf: Uint8Array
}

/**
 * Finds which of the leaves that are put at the indexes from `first` on hold an entry that stands in the log already: same id, same time, same bytes. An
 * entry with the id of another one and other bytes is none.
 * @param suspects positions that may, in their order
 * @param storedAt stands for a time that is none
 */
export async function findRepeats(
  client: PoolClient,
  first: bigint,
  leaves: readonly Leaf[],
  suspects: readonly number[],
  storedAt: Date,
): Promise<Repeat[]> {
  if (suspects.length === 0) return []
  const found = leaves.map(leaf => project(leaf, storedAt))
  const stored = await storedUnder(
    client,
    suspects.map(at => found[at]!),
  )
  const isSuspect = new Set(suspects)
  const inBatch = new Map<string, Earlier[]>()
  const repeats: Repeat[] = []
  for (const [at, leaf] of leaves.entries()) {
    const idx = first + BigInt(at)
    const { id } = found[at]!
    const before = [...(stored.get(id) ?? []), ...(inBatch.get(id) ?? [])]
    const same = isSuspect.has(at) && before.find(one => isSame(entryIn(one.leaf), entryIn(leaf.bytes)))
    if (same) repeats.push({ idx, firstIdx: same.idx })
    else inBatch.set(id, [...(inBatch.get(id) ?? []), { idx, leaf: leaf.bytes }])
  }
  return repeats
}

/** Notes them. */
export async function writeRepeats(client: PoolClient, repeats: readonly Repeat[]): Promise<void> {
  if (repeats.length === 0) return
  await client.query('insert into query.repeated (idx, first_idx) select * from unnest($1::bigint[], $2::bigint[])', [
    repeats.map(({ idx }) => String(idx)),
    repeats.map(({ firstIdx }) => String(firstIdx)),
  ])
}

async function storedUnder(client: PoolClient, asked: readonly Projection[]): Promise<Map<string, Earlier[]>> {
  // The time too, so that only one month is looked into.
  const { rows } = await client.query<{ id: string; idx: string; leaf: Buffer }>({
    name: 'entries-by-id',
    text: `select e.id, e.idx::text, l.leaf from unnest($1::timestamptz[], $2::uuid[]) as asked (occurred_at, id)
           join query.access_event e on e.occurred_at = asked.occurred_at and e.id = asked.id
           join ledger.entry l on l.log_id = ${logId} and l.idx = e.idx order by e.idx`,
    values: [asked.map(({ occurredAt }) => occurredAt), asked.map(({ id }) => id)],
  })
  return Map.groupBy(
    rows.map(({ id, idx, leaf }) => ({ id, idx: BigInt(idx), leaf })),
    ({ id }) => id,
  )
}
