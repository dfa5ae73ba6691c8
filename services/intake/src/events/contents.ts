import {
  annotationKeywords,
  type CloudEvent,
  CloudEventEnvelope,
  partnerEventTypes,
  type ReferralSubmitted,
  type ReferralWithdrawn,
  schemaFor,
} from '@haven/contracts'
import { Poison } from '@haven/stream'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'

/** A partner's event as intake understands it. */
export type PartnerEvent =
  | { type: 'haven.partner.referral.submitted.v1'; event: CloudEvent<ReferralSubmitted>; data: ReferralSubmitted }
  | { type: 'haven.partner.referral.withdrawn.v1'; event: CloudEvent<ReferralWithdrawn>; data: ReferralWithdrawn }

/** The clear part of `haven.partner.inbound.accepted.v1`. */
export interface InboundData {
  receipt: string
  partner: string
  type: string
  sealed: string
}

// The gateway has validated by the same schemas and the same validator, so nothing that it accepted fails here for a format's sake. Members
// that this version does not know are dropped and not refused: a newer gateway may be ahead of us (a schema only gains optional ones).
const ajv = new Ajv({ removeAdditional: true, strict: true, allowUnionTypes: true })
formats.default(ajv)
ajv.addVocabulary([...annotationKeywords])
const fitsInbound = ajv.compile<InboundData>(schemaFor('haven.partner.inbound.accepted.v1')!)
const fitsEnvelope = ajv.compile<CloudEvent>(CloudEventEnvelope)
const fitsData = new Map(partnerEventTypes.map(({ type, dataSchema }) => [type, ajv.compile(dataSchema)]))

/** The clear part of an inbound fact. @throws Poison inbound-invalid */
export function readInbound(data: object): InboundData {
  if (!fitsInbound(data)) throw new Poison('inbound-invalid')
  return data
}

/**
 * The event that was sealed, validated again: what arrives by Kafka is trusted no more than what arrives by HTTP.
 * @param type what the clear part called it
 * @throws Poison content-not-json, event-invalid, event-type-unknown, event-type-differs, event-data-invalid; none of them with a value
 */
export function readPartnerEvent(plaintext: Uint8Array, type: string): PartnerEvent {
  const event = parse(plaintext)
  if (!fitsEnvelope(event)) throw new Poison('event-invalid')
  if (event.type !== type) throw new Poison('event-type-differs')
  const fits = fitsData.get(type)
  if (!fits) throw new Poison('event-type-unknown')
  if (!fits(event.data)) throw new Poison('event-data-invalid')
  return { type, event, data: event.data } as PartnerEvent
}

function parse(plaintext: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext))
  } catch {
    // No cause: the engine's message quotes the text.
    throw new Poison('content-not-json')
  }
}
