import type { Pool } from 'pg'
import type { Place } from '../steps/judge.ts'
import type { SqlTransaction } from '../types.ts'
import { type Source, sourceValues } from './source.ts'

const sameSource = 'consumer = $1 and service = $2 and topic = $3 and part = $4::int'

/** A place and the keys of which something is parked, as one snapshot shows them. */
export interface Loaded {
  place: Place
  parkedKeys: string[]
}

/** Reads the place of a source; a source that is met for the first time begins at 0 in `epoch`. */
export async function loadPlace(pool: Pool, source: Source, epoch: bigint): Promise<Loaded> {
  await pool.query(
    `insert into stream.place (consumer, service, topic, part, epoch, last) values ($1, $2, $3, $4, $5, 0)
     on conflict on constraint place_pkey do nothing`,
    [...sourceValues(source), String(epoch)],
  )
  const { rows } = await pool.query<{ epoch: string; last: string; fact_id: string | null; keys: string[] }>(
    `select epoch::text, last::text, fact_id, array(select distinct key from stream.parked where ${sameSource}) as keys
     from stream.place where ${sameSource}`,
    sourceValues(source),
  )
  const row = rows[0]!
  return {
    place: { epoch: BigInt(row.epoch), last: BigInt(row.last), factId: row.fact_id },
    parkedKeys: row.keys,
  }
}

/**
 * Moves the place by compare-and-set, as the first statement of the effect's transaction, and so locks its row. False when another process has moved
 * it or has entered a later epoch: then nothing of this transaction may stand.
 */
export async function movePlace(tx: SqlTransaction, source: Source, from: Place, to: Place): Promise<boolean> {
  const moved = await tx.$executeRawUnsafe(
    `update stream.place set last = $5::bigint, fact_id = $6::uuid where ${sameSource} and epoch = $7::bigint and last = $8::bigint`,
    ...sourceValues(source),
    String(to.last),
    to.factId,
    String(from.epoch),
    String(from.last),
  )
  return moved === 1
}

/** Begins at 0 in a later epoch. False when another process did. */
export async function enterEpoch(pool: Pool, source: Source, epoch: bigint): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update stream.place set epoch = $5, last = 0, fact_id = null where ${sameSource} and epoch < $5`,
    [...sourceValues(source), String(epoch)],
  )
  return rowCount === 1
}

/** Locks the place for a redrive: live events of the source wait, and look at what is parked only afterwards. */
export async function lockPlace(tx: SqlTransaction, source: Source): Promise<void> {
  await tx.$queryRawUnsafe(
    `select 1 as locked from stream.place where ${sameSource} for update`,
    ...sourceValues(source),
  )
}
