import { behindCause } from '../steps/parking.ts'
import type { SqlTransaction } from '../types.ts'
import type { Carrier } from './receive.ts'
import { type Source, sourceValues } from './source.ts'

const sameSource = 'consumer = $1 and service = $2 and topic = $3 and part = $4::int'

/** To be asked only after the place's row was locked in this transaction. */
export async function isKeyParked(tx: SqlTransaction, source: Source, key: string): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<{ parked: boolean }[]>(
    `select exists (select from stream.parked where ${sameSource} and key = $5) as parked`,
    ...sourceValues(source),
    key,
  )
  return rows[0]?.parked === true
}

export interface ToPark {
  epoch: bigint
  seq: bigint
  factId: string
  type: string
  cause: string
  carrier: Carrier
}

/**
 * A fact is parked once: when it comes again in a later epoch its row takes the new number and content (it may be a tombstone by
 * then) and keeps its cause.
 */
export async function insertParked(tx: SqlTransaction, source: Source, event: ToPark): Promise<void> {
  const { key, headers, value } = event.carrier
  await tx.$executeRawUnsafe(
    `insert into stream.parked (consumer, service, topic, part, epoch, seq, fact_id, key, type, cause, headers, value)
     values ($1, $2, $3, $4::int, $5::bigint, $6::bigint, $7::uuid, $8, $9, $10, $11::json, decode($12, 'base64'))
     on conflict on constraint parked_fact_id_key do update set epoch = excluded.epoch, seq = excluded.seq,
       headers = excluded.headers, value = excluded.value,
       cause = case when excluded.cause = '${behindCause}' then stream.parked.cause else excluded.cause end`,
    ...sourceValues(source),
    String(event.epoch),
    String(event.seq),
    event.factId,
    key ?? '',
    event.type,
    event.cause,
    JSON.stringify(headers),
    value === null ? null : value.toString('base64'),
  )
}

/** A parked event as a redrive needs it. */
export interface ParkedRow {
  id: string
  service: string
  topic: string
  part: number
  epoch: string
  seq: string
  fact_id: string
  key: string
  cause: string
  headers: Record<string, string>
  value: string | null
  requested: 'redrive' | 'drop' | null
}

const columns = `id::text, service, topic, part, epoch::text, seq::text, fact_id::text, key, cause, headers, encode(value, 'base64') as value, requested`

/** All parked events of a key, in their order, locked. */
export async function lockKey(tx: SqlTransaction, source: Source, key: string): Promise<ParkedRow[]> {
  return tx.$queryRawUnsafe<ParkedRow[]>(
    `select ${columns} from stream.parked where ${sameSource} and key = $5 order by epoch, seq for update`,
    ...sourceValues(source),
    key,
  )
}

export async function deleteParked(tx: SqlTransaction, id: string): Promise<void> {
  await tx.$executeRawUnsafe('delete from stream.parked where id = $1::bigint', id)
}

/** The event behind one that has gone is asked for in the same name: a crash between the two strands nobody. */
export async function requestNext(tx: SqlTransaction, id: string): Promise<void> {
  await tx.$executeRawUnsafe(
    `update stream.parked set requested = 'redrive', requested_by = 'its-turn' where id = $1::bigint`,
    id,
  )
}

/** A redrive failed: the event stays, with its new cause, until it is asked for again. */
export async function keepParked(tx: SqlTransaction, id: string, cause: string): Promise<void> {
  await tx.$executeRawUnsafe(
    `update stream.parked set requested = null, requested_by = null, cause = $2, attempts = attempts + 1 where id = $1::bigint`,
    id,
    cause,
  )
}
