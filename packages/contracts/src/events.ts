import Type, { type TObject, type TProperties } from 'typebox'
import { Code, Uuid } from './primitives.ts'
import { type TopicDefinition, topics } from './topics.ts'

/** A fact that travels on Kafka. In clear it carries opaque ids, states and codes: nothing about a person. */
export interface EventType {
  /** Past tense and versioned: `haven.intake.case.opened.v1`. */
  type: string
  topic: string
  owner: TopicDefinition['owner']
  title: string
  summary: string
  /** The schema of `data`. Readers ignore members that they do not know; a schema only gains optional ones. */
  schema: TObject
}

/** States of a referral (the design's domain, section 2). */
export const referralStates = [
  'received',
  'acknowledged',
  'accepted',
  'rejected',
  'redirected',
  'linkedToCase',
  'closedNoCase',
  'withdrawn',
] as const

/** One of {@link referralStates}. */
export type ReferralState = (typeof referralStates)[number]

/** States of a receipt, in their order; a receipt never goes back. `applied` and `rejected` end it. */
export const receiptStates = ['accepted', 'published', 'held', 'applied', 'rejected'] as const

/** One of {@link receiptStates}. */
export type ReceiptState = (typeof receiptStates)[number]

function fact(type: string, topicName: string, title: string, summary: string, properties: TProperties): EventType {
  const owner = topics.find(definition => definition.name === topicName)?.owner
  if (owner === undefined) throw new Error(`no topic ${topicName}`)
  return { type, topic: topicName, owner, title, summary, schema: Type.Object(properties, { title }) }
}

const referralFact = (state: ReferralState, title: string, summary: string) =>
  fact(`haven.intake.referral.${state}.v1`, 'haven.intake.referral', title, summary, {
    referral: Uuid(),
    state: Type.Enum([state]),
    receipt: Type.Optional(Uuid({ description: 'the receipt of the event that caused it' })),
    case: Type.Optional(Uuid()),
    reason: Type.Optional(Code()),
  })

const answer = (name: string, title: string, summary: string, properties: TProperties = {}) =>
  fact(`haven.intake.inbound.${name}.v1`, 'haven.intake.inbound', title, summary, { receipt: Uuid(), ...properties })

/** All types of facts between services. */
export const eventTypes: readonly EventType[] = [
  fact(
    'haven.partner.inbound.accepted.v1',
    'haven.partner.inbound',
    'Partner event accepted',
    'A partner event that the gateway has accepted. Its content is a compact JWE for intake: the CloudEvent as JSON.',
    {
      receipt: Uuid(),
      partner: Uuid(),
      type: Type.String({ maxLength: 256, description: 'type of the sealed event' }),
      sealed: Type.String({ pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*){4}$', description: 'compact JWE' }),
    },
  ),
  answer('applied', 'Partner event applied', 'Intake has done what the event asked for.', {
    referral: Type.Optional(Uuid()),
  }),
  answer('rejected', 'Partner event rejected', 'Intake will not do what the event asked for.', { reason: Code() }),
  answer('held', 'Partner event held', 'The event is parked and waits for an operator.'),
  referralFact('received', 'Referral received', 'A referral was made from a partner event.'),
  referralFact('acknowledged', 'Referral acknowledged', 'The receiving organisation has acknowledged the referral.'),
  referralFact('accepted', 'Referral accepted', 'A person accepted the referral; a case is open.'),
  referralFact('rejected', 'Referral rejected', 'A person rejected the referral, with a reason.'),
  referralFact('redirected', 'Referral redirected', 'A person redirected the referral to another organisation.'),
  referralFact('withdrawn', 'Referral withdrawn', 'The partner has withdrawn the referral.'),
  fact('haven.intake.case.opened.v1', 'haven.intake.case', 'Case opened', 'A case was opened for a referral.', {
    case: Uuid(),
    referral: Uuid(),
    state: Type.Enum(['Active'], { 'x-htcds': 'cas_Status' }),
  }),
]

/** The schema of a fact's data, or undefined for a type that nobody declares. */
export const schemaFor = (type: string): TObject | undefined => eventTypes.find(known => known.type === type)?.schema
