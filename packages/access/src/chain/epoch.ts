import { factTopicsOf, type ServiceName } from '@haven/contracts'
import { openStreams } from '@haven/stream'
import type { Pool } from 'pg'

/**
 * The epoch of a service's chain: that of its streams, so that a restored database begins both anew. A service without streams of its own has the
 * latest that its database knows, or begins one: with a new one at each start what waits in the old chain would never be sent.
 * @param pool of the relay's role
 */
export async function chainEpoch(pool: Pool, service: ServiceName, now = Date.now()): Promise<bigint> {
  const topics = factTopicsOf(service)
  if (topics.length > 0) return (await openStreams({ pool, service, topics })).epoch
  const { rows } = await pool.query<{ epoch: string }>(
    `select coalesce(max(split_part(producer, '/', 2)::bigint), $1)::text as epoch from record.chain`,
    [String(now)],
  )
  return BigInt(rows[0]!.epoch)
}
