import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

/** Entries of answers that a service has made so far, once its relay has chained them all; those of refusals are not counted. */
export async function successesOf(pool: pg.Pool): Promise<number> {
  for (;;) {
    const { rows } = await pool.query<{ waiting: boolean; made: string }>(
      `select exists (select from record.outbox) as waiting,
         (select count(*) from record.leaf where position('"outcome":"success"'::bytea in leaf) > 0) as made`,
    )
    const { waiting, made } = rows[0]!
    if (!waiting) return Number(made)
    await sleep(50)
  }
}
