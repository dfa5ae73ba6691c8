import type { Pool } from 'pg'
import { formatStreamName } from '../steps/stream-name.ts'

/** A parked event as an operator sees it: never its data. */
export interface ParkedEvent {
  id: string
  consumer: string
  stream: string
  seq: bigint
  factId: string
  key: string
  type: string
  /** A code; `behind-parked` waits only for an earlier event of its key. */
  cause: string
  /** How often it was tried, `behind-parked` ones not counted. */
  attempts: number
  parkedAt: Date
  requested: 'redrive' | 'drop' | null
  requestedBy: string | null
}

interface Row {
  id: string
  consumer: string
  service: string
  epoch: string
  topic: string
  part: number
  seq: string
  fact_id: string
  key: string
  type: string
  cause: string
  attempts: number
  parked_at: Date
  requested: 'redrive' | 'drop' | null
  requested_by: string | null
}

/** Parked events, oldest first. @param options.limit at most, 1,000 by default */
export async function listParked(
  pool: Pool,
  options: { consumer?: string; limit?: number } = {},
): Promise<ParkedEvent[]> {
  const { rows } = await pool.query<Row>(
    `select id::text, consumer, service, epoch::text, topic, part, seq::text, fact_id::text, key, type, cause, attempts, parked_at,
       requested, requested_by
     from stream.parked where $1::text is null or consumer = $1 order by stream.parked.id limit $2`,
    [options.consumer ?? null, options.limit ?? 1_000],
  )
  return rows.map(({ service, epoch, topic, part, seq, fact_id, parked_at, requested_by, ...same }) => ({
    ...same,
    stream: formatStreamName({ service, epoch: BigInt(epoch), topic, partition: part }),
    seq: BigInt(seq),
    factId: fact_id,
    parkedAt: parked_at,
    requestedBy: requested_by,
  }))
}

/**
 * Asks the running consumer to redrive or drop a parked event; it acts within about a second. Only the first event of a key is redriven: a
 * request for a later one waits until those before it have gone. After the first, those behind it follow by themselves.
 * @param by who asks, for the record
 * @returns false when there is no such parked event
 */
export async function requestParked(pool: Pool, id: string, what: 'redrive' | 'drop', by: string): Promise<boolean> {
  if (!/^[1-9][0-9]{0,18}$/.test(id)) return false
  const { rowCount } = await pool.query(
    'update stream.parked set requested = $2, requested_by = $3 where id = $1::numeric',
    [id, what, by],
  )
  return rowCount === 1
}
