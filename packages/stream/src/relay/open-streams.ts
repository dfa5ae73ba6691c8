import type { TopicDefinition } from '@haven/contracts'
import type { Pool } from 'pg'
import { type Clock, systemClock } from '../types.ts'

const openMissing = `
with current as (select coalesce((select max(epoch) from stream.stream), $2::bigint) as epoch),
opened as (
  insert into stream.stream (service, epoch, topic, part)
  select $1, current.epoch, wanted.topic, wanted.part from current, unnest($3::text[], $4::int[]) as wanted(topic, part)
  where not exists (select from stream.stream s where s.epoch = current.epoch and s.topic = wanted.topic and s.part = wanted.part)
  returning id
),
counted as (insert into stream.sent (stream) select id from opened)
select epoch::text from current`

/**
 * Makes the rows of a service's streams, one for each partition of its topics, in the database's current epoch; opens the first epoch (the clock's
 * milliseconds) when there is none. Safe to repeat and to run twice at once. `startRelay` does it too.
 * @param options.pool of the migrator or of the relay's role
 */
export async function openStreams(options: {
  pool: Pool
  service: string
  topics: readonly TopicDefinition[]
  clock?: Clock
}): Promise<{ epoch: bigint }> {
  const { pool, service, topics, clock = systemClock } = options
  const wanted = topics.flatMap(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, part) => ({ name, part })),
  )
  const client = await pool.connect()
  try {
    await client.query('begin')
    // A statement of its own: the next one must see what another run has committed while this one waited.
    await client.query("select pg_advisory_xact_lock(hashtext('haven.stream.open'))")
    const { rows } = await client.query<{ epoch: string }>(openMissing, [
      service,
      String(clock.now()),
      wanted.map(one => one.name),
      wanted.map(one => one.part),
    ])
    await client.query('commit')
    client.release()
    return { epoch: BigInt(rows[0]!.epoch) }
  } catch (error) {
    client.release(true)
    throw error
  }
}
