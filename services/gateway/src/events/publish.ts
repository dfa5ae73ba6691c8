import { randomUUIDv7 } from 'node:crypto'
import type { CloudEvent } from '@haven/contracts'
import type { NewFact } from '@haven/stream'

/** The fact that an event was accepted. What it says is sealed for intake; the gateway cannot read it afterwards. */
export function acceptedFact(input: {
  receipt: string
  partner: { id: string; organisation: string }
  event: CloudEvent
  /** HMAC of the partner and its own reference: facts of one reference keep their order. */
  key: string
  sealed: string
  time: Date
  traceparent: string | undefined
}): NewFact & { id: string } {
  const { receipt, partner, event, key, sealed, time, traceparent } = input
  return {
    id: randomUUIDv7(),
    topic: 'haven.partner.inbound',
    key,
    type: 'haven.partner.inbound.accepted.v1',
    subject: receipt,
    organisation: partner.organisation,
    data: { receipt, partner: partner.id, type: event.type, sealed },
    time,
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}
