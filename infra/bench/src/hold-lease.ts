import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

const sessionsThatHold = `select pg_terminate_backend(pid) from pg_locks
  where locktype = 'advisory' and granted and objsubid = 1 and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32 | objid::bigint) = hashtext($1)::bigint`

/**
 * Takes a lease (`takeLease` of @haven/stream) away from whoever has it: that process then stands by, as it does beside another instance, until
 * the answer is called. So relays and the sequencer are paused by what they have, without a switch in them.
 */
export async function holdLease(pool: pg.Pool, name: string): Promise<() => Promise<void>> {
  const holder = await pool.connect()
  let isGranted = false
  const granted = holder.query('select pg_advisory_lock(hashtext($1))', [name]).then(() => {
    isGranted = true
  })
  // Again until it is ours: who has lost it may be quicker than our session's place in the queue.
  while (!isGranted) {
    await pool.query(sessionsThatHold, [name])
    await Promise.race([granted, sleep(100)])
  }
  return async () => {
    await holder.query('select pg_advisory_unlock(hashtext($1))', [name])
    holder.release()
  }
}
