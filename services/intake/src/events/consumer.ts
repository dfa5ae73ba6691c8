import type { Written } from '@haven/access'
import type { Bus } from '@haven/bus'
import type { UnitOfWork } from '@haven/db'
import { type Log, type StreamConsumer, startConsumer } from '@haven/stream'
import type { Pool } from 'pg'
import type { Tx } from '../store/client.ts'
import { type InboundDeps, onPartnerInbound } from './on-partner-inbound.ts'

/** Follows what the gateway accepted from partners; every receipt is answered by it. */
export function followPartners(
  world: { bus: Bus; pool: Pool; unitOfWork: UnitOfWork<Tx, Written>; log: Log },
  deps: InboundDeps,
): StreamConsumer {
  return startConsumer<Tx>({
    ...world,
    service: 'intake',
    name: 'inbound',
    topics: ['haven.partner.inbound'],
    ...onPartnerInbound(deps),
  })
}
