import type { Answer, Course, Outcome } from '../domain/receipt.ts'
import type { Tx } from './client.ts'

/** The course of a receipt, its row locked until the transaction ends; null when there is no such receipt. */
export async function lockCourse(tx: Tx, receipt: string): Promise<Course | null> {
  const rows = await tx.$queryRaw<Course[]>`
    select answer, reason, outcome_version as "outcomeVersion" from gateway.receipt where id = ${receipt}::uuid for update`
  return rows[0] ?? null
}

/** Keeps intake's answer, with the id of the fact that said so. */
export async function keepAnswer(
  tx: Tx,
  receipt: string,
  { answer, reason, causedBy }: { answer: Answer; reason: string | null; causedBy: string },
): Promise<void> {
  await tx.receipt.update({
    where: { id: receipt },
    data: { answer, reason, answerCausedBy: causedBy },
    select: { id: true },
  })
}

/** Keeps what became of the referral, with the id of the fact that said so. */
export async function keepOutcome(
  tx: Tx,
  receipt: string,
  { outcome, at, version, causedBy }: { outcome: Outcome; at: Date; version: bigint; causedBy: string },
): Promise<void> {
  await tx.receipt.update({
    where: { id: receipt },
    data: { outcome, outcomeAt: at, outcomeVersion: version, outcomeCausedBy: causedBy },
    select: { id: true },
  })
}
