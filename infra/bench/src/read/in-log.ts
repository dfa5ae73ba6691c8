import { setTimeout as sleep } from 'node:timers/promises'
import type { Stand } from '../stand.ts'

/** Resolves when the log of the audit service holds every entry that intake has committed. */
export async function isInLog({ database }: Stand): Promise<void> {
  for (;;) {
    const { rows } = await database('intake').query<{ producer: string; seq: string; waits: boolean }>(
      'select producer, seq::text, exists (select from record.outbox) as waits from record.chain order by producer desc limit 1',
    )
    const chain = rows[0]
    const taken = await database('audit').query<{ seq: string }>(
      'select seq::text from ledger.producer_state where producer = $1',
      [chain?.producer],
    )
    if (chain && !chain.waits && taken.rows[0]?.seq === chain.seq) return
    await sleep(50)
  }
}
