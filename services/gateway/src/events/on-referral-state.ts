import type { Work } from '@haven/db'
import { type NewFact, Poison, type ReceivedFact } from '@haven/stream'
import { isOutcome, supersedes } from '../domain/receipt.ts'
import type { Tx } from '../store/client.ts'
import { keepOutcome, lockCourse } from '../store/course.ts'

/** What became of a referral shows on the receipt of the event that made it. A referral without a receipt came another way. */
export async function onReferralState(fact: ReceivedFact, { tx }: Work<Tx, NewFact>): Promise<void> {
  const { receipt, state } = fact.data ?? {}
  if (typeof receipt !== 'string' || !isOutcome(state)) return
  if (fact.version === undefined) throw new Poison('version-missing')
  const course = await lockCourse(tx, receipt)
  if (course === null) throw new Poison('receipt-unknown')
  const version = BigInt(fact.version)
  if (!supersedes(course.outcomeVersion, version)) return
  await keepOutcome(tx, receipt, { outcome: state, at: fact.time, version, causedBy: fact.id })
}
