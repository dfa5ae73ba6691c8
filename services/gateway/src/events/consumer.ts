import type { Bus } from '@haven/bus'
import type { UnitOfWork } from '@haven/db'
import { type Log, type NewFact, type StreamConsumer, startConsumer } from '@haven/stream'
import type { Pool } from 'pg'
import type { Tx } from '../store/client.ts'
import { onInboundAnswer } from './on-inbound-answer.ts'
import { onReferralState } from './on-referral-state.ts'

/** Follows what intake says of partners' events and referrals; every receipt ends by it. */
export function followReceipts(world: {
  bus: Bus
  pool: Pool
  unitOfWork: UnitOfWork<Tx, NewFact>
  log: Log
}): StreamConsumer {
  return startConsumer<Tx>({
    ...world,
    service: 'gateway',
    name: 'receipts',
    topics: ['haven.intake.inbound', 'haven.intake.referral'],
    effect: (fact, work) =>
      fact.topic === 'haven.intake.inbound' ? onInboundAnswer(fact, work) : onReferralState(fact, work),
  })
}
