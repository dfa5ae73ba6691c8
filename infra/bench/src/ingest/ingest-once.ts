import { setTimeout as sleep } from 'node:timers/promises'
import { frameEntries } from '@haven/access'
import type pg from 'pg'
import { inventedEntry } from '../entries.ts'
import { holdLease } from '../hold-lease.ts'
import type { Stand } from '../stand.ts'
import type { Mix } from './mixes.ts'

/** Entries of one commit, as a busy service's recorder gathers them. */
const aCommit = 16

/**
 * Has intake's relay send entries to Kafka while the audit service stands by, then lets it read.
 * @returns the indexes that they got (`to` exclusive) and entries a second
 */
export async function ingestOnce(
  { database }: Stand,
  mix: Mix,
  count: number,
): Promise<{ from: bigint; to: bigint; rate: number }> {
  const [intake, audit] = [database('intake'), database('audit')]
  const resume = await holdLease(audit, 'haven.audit.sequencer')
  const from = await sizeOf(audit)
  await enter(intake, mix, count)
  await untilSent(intake)
  await resume()
  const first = await grown(audit, from + 1n)
  const last = await grown(audit, from + BigInt(count))
  const rate = (Number(last.size - first.size) * 1_000) / (last.at - first.at)
  return { from, to: last.size, rate }
}

async function enter(intake: pg.Pool, mix: Mix, count: number): Promise<void> {
  for (let n = 0; n < count; n += aCommit * 100) {
    const batches: Buffer[] = []
    for (let at = n; at < Math.min(count, n + aCommit * 100); at += aCommit) {
      const entries = Array.from({ length: Math.min(aCommit, count - at) }, (_, k) =>
        inventedEntry(mix.subjectsOf(at + k)),
      )
      batches.push(frameEntries(entries))
    }
    await intake.query('insert into record.outbox (batch) select * from unnest($1::bytea[])', [batches])
  }
}

async function untilSent(intake: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await intake.query<{ done: boolean }>(
      `select not exists (select from record.outbox) and not exists (select from record.chain join record.sent using (producer) where chain.seq > sent.seq) as done`,
    )
    if (rows[0]!.done) return
    await sleep(50)
  }
}

/** Waits until the log holds so many entries. */
async function grown(audit: pg.Pool, size: bigint): Promise<{ size: bigint; at: number }> {
  for (;;) {
    const now = await sizeOf(audit)
    if (now >= size) return { size: now, at: performance.now() }
    await sleep(10)
  }
}

async function sizeOf(audit: pg.Pool): Promise<bigint> {
  const { rows } = await audit.query<{ size: string }>('select size::text from ledger.head where log_id = 1')
  return BigInt(rows[0]!.size)
}
