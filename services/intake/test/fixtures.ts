import { randomUUIDv7 } from 'node:crypto'
import { type CloudEvent, partnerEventTypes, type ReferralSubmitted, type ReferralWithdrawn } from '@haven/contracts'
import type { ReceivedFact } from '@haven/stream'

/** The organisation of the case workers in tests, and another one. */
export const here = 'Harbour Programme'
export const elsewhere = 'Another Programme'
/** A partner of the gateway. */
export const partner = '01980000-0000-7000-8000-00000000000a'

/** The sample submission under a reference and about a person of its own, with parts replaced. */
export function submitted(
  data: Partial<ReferralSubmitted> = {},
): CloudEvent<ReferralSubmitted> & { data: ReferralSubmitted } {
  const { sample } = partnerEventTypes[0]!
  const id = randomUUIDv7()
  const citizenship: NonNullable<ReferralSubmitted['person']['citizenship']> = ['KZ']
  const person = { firstName: 'Lale', secondName: `Ornek ${id.slice(-6)}`, birthdate: '1996-05-14', citizenship }
  const base = sample.data as ReferralSubmitted
  return { ...sample, id, data: { ...base, reference: `file ${id}`, person, ...data } }
}

/** A withdrawal of what was referred under a reference. */
export function withdrawn(reference: string, data: Partial<ReferralWithdrawn> = {}): CloudEvent<ReferralWithdrawn> {
  const { sample } = partnerEventTypes[1]!
  return { ...sample, id: randomUUIDv7(), data: { reference, reason: 'personWithdrew', ...data } }
}

/** A fact of the gateway as a consumer gets it. */
export function received(fact: Partial<ReceivedFact>): ReceivedFact {
  return {
    id: randomUUIDv7(),
    stream: 'gateway/1/haven.partner.inbound/0',
    seq: 1n,
    topic: 'haven.partner.inbound',
    key: 'key',
    type: 'haven.partner.inbound.accepted.v1',
    subject: randomUUIDv7(),
    source: '/services/gateway',
    organisation: 'Partner of Tests',
    time: new Date(),
    data: null,
    ...fact,
  }
}
