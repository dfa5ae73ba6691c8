import type { Tx } from './client.ts'

/** What a receipt was told of its event. `held` may be followed by one of the others; they are final. */
export type Answer = { answer: 'held' } | { answer: 'applied' } | { answer: 'rejected'; reason: string }

/** The answer that was given to a fact, or null when none was. */
export async function findAnswer(tx: Tx, fact: string): Promise<Answer['answer'] | null> {
  const row = await tx.inbound.findUnique({ where: { fact }, select: { answer: true } })
  return (row?.answer ?? null) as Answer['answer'] | null
}

/** Keeps an answer under the id of the fact that it answers. */
export async function keepAnswer(
  tx: Tx,
  { fact, receipt, at, ...given }: { fact: string; receipt: string; at: Date } & Answer,
): Promise<void> {
  const row = { answer: given.answer, reason: given.answer === 'rejected' ? given.reason : null, answeredAt: at }
  await tx.inbound.upsert({ where: { fact }, create: { fact, receipt, ...row }, update: row })
}
