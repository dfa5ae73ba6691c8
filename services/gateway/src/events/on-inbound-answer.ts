import type { Work } from '@haven/db'
import { type NewFact, Poison, type ReceivedFact } from '@haven/stream'
import { type Answer, moves } from '../domain/receipt.ts'
import type { Tx } from '../store/client.ts'
import { keepAnswer, lockCourse } from '../store/course.ts'

const answers: Readonly<Record<string, Answer>> = {
  'haven.intake.inbound.held.v1': 'held',
  'haven.intake.inbound.applied.v1': 'applied',
  'haven.intake.inbound.rejected.v1': 'rejected',
}

/** Intake's answer moves the receipt on. Types that are not answers are none of ours. */
export async function onInboundAnswer(fact: ReceivedFact, { tx }: Work<Tx, NewFact>): Promise<void> {
  const answer = answers[fact.type]
  if (answer === undefined || fact.data === null) return
  const { receipt, reason } = fact.data
  if (typeof receipt !== 'string') throw new Poison('receipt-missing')
  const course = await lockCourse(tx, receipt)
  // Someone else's answer, or this database is older than the answer: an operator has to look.
  if (course === null) throw new Poison('receipt-unknown')
  if (!moves(course.answer, answer)) return
  const why = answer === 'rejected' ? String(reason ?? 'unspecified') : null
  await keepAnswer(tx, receipt, { answer, reason: why, causedBy: fact.id })
}
