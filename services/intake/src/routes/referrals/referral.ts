import { CalendarDate, Code, Instant, Prose, ReferralSubmittedData, Uuid } from '@haven/contracts'
import Type, { type Static } from 'typebox'
import { identifierKinds } from '../../domain/duplicates.ts'
import { referralStates } from '../../domain/referral.ts'
import type { FoundReferral, ReferralRow } from '../../store/referral-view.ts'
import type { NoteAttributes, PersonAttributes, ReferralAttributes } from '../../store/sealed.ts'
import { ListedPerson, Person, renderListed, renderPerson, Victim } from '../person.ts'

const closed = { additionalProperties: false } as const
const submitted = ReferralSubmittedData.properties
const referred = submitted.referral.properties

const inClear = {
  id: Uuid(),
  version: Type.Integer({ minimum: 1, description: 'its ETag' }),
  state: Type.Enum(referralStates),
  source: referred.source,
  referringOrganisation: referred.referringOrganisation,
  urgency: referred.urgency,
  interimSafety: referred.interimSafety,
  referredOn: Type.Optional(CalendarDate()),
  receivedAt: Instant(),
  case: Type.Optional(Uuid({ description: 'the case that accepting it opened' })),
}

/** A referral in a list. */
export const ReferralItem = Type.Object(
  {
    ...inClear,
    possibleDuplicate: Type.Boolean({ description: 'another referral here may be of the same person' }),
    person: ListedPerson,
  },
  { ...closed, title: 'Referral in a list' },
)

const PossibleDuplicate = Type.Object(
  {
    referral: Uuid(),
    person: Uuid(),
    kinds: Type.Array(Type.Enum(identifierKinds), { description: 'what the two have in common' }),
  },
  closed,
)
const HistoryStep = Type.Object(
  { state: Type.Enum(referralStates), version: Type.Integer(), at: Instant(), reason: Type.Optional(Code()) },
  closed,
)

/** A referral with everything that a case worker may know of it. */
export const Referral = Type.Object(
  {
    ...inClear,
    acknowledgedAt: Type.Optional(Instant()),
    decidedAt: Type.Optional(Instant()),
    decidedBy: Type.Optional(Type.String({ description: 'subject of who decided' })),
    withdrawnAt: Type.Optional(Instant()),
    reason: Type.Optional(Code({ description: 'why it was rejected or withdrawn' })),
    redirectedTo: Type.Optional(Type.String()),
    note: Type.Optional(Prose(4_000, { description: 'what was written to the decision or the withdrawal' })),
    reference: Type.Optional(submitted.reference),
    referralReason: Type.Optional(referred.reason),
    details: referred.details,
    consent: Type.Optional(referred.consent),
    person: Person,
    victim: Victim,
    possibleDuplicates: Type.Array(PossibleDuplicate),
    history: Type.Array(HistoryStep, { description: 'its facts, in order' }),
  },
  { ...closed, title: 'Referral' },
)

/** What an action answers: the referral as it now is. */
export const DecidedReferral = Type.Object(
  { id: Uuid(), version: Type.Integer(), state: Type.Enum(referralStates), case: Type.Optional(Uuid()) },
  { ...closed, title: 'Decided referral' },
)

const optionalTime = <Name extends string>(name: Name, time: Date | null) =>
  (time === null ? {} : { [name]: time.toISOString() }) as { [name in Name]?: string }

function renderClear(row: ReferralRow) {
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    source: row.source as Static<typeof referred.source>,
    referringOrganisation: row.referringOrganisation,
    urgency: row.urgency as Static<typeof referred.urgency>,
    interimSafety: row.interimSafety as Static<typeof referred.interimSafety>,
    ...(row.referredOn !== null && { referredOn: row.referredOn }),
    receivedAt: row.receivedAt.toISOString(),
    ...(row.case !== null && { case: row.case }),
  }
}

export function renderItem(row: ReferralRow, attributes: PersonAttributes | null): Static<typeof ReferralItem> {
  return {
    ...renderClear(row),
    possibleDuplicate: row.isPossibleDuplicate,
    person: renderListed(row.person, attributes),
  }
}

/** What was opened of a referral; null stands for what was erased. */
export interface Opened {
  person: PersonAttributes | null
  referral: ReferralAttributes | null
  note: NoteAttributes | null
}

export function renderReferral(row: FoundReferral, opened: Opened): Static<typeof Referral> {
  return {
    ...renderClear(row),
    ...optionalTime('acknowledgedAt', row.acknowledgedAt),
    ...optionalTime('decidedAt', row.decidedAt),
    ...optionalTime('withdrawnAt', row.withdrawnAt),
    ...(row.decidedBy !== null && { decidedBy: row.decidedBy }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.redirectedTo !== null && { redirectedTo: row.redirectedTo }),
    ...opened.note,
    ...renderSealed(opened.referral),
    ...renderPerson(row.person, opened.person),
    possibleDuplicates: row.duplicates.map(({ referral, person, kinds }) => ({ referral, person, kinds })),
    history: row.history.map(({ state, version, time, reason }) => ({
      state,
      version,
      at: time.toISOString(),
      ...(reason !== null && { reason }),
    })),
  }
}

function renderSealed(attributes: ReferralAttributes | null) {
  if (attributes === null) return {}
  const { reference, reason, details, consent } = attributes
  return { reference, referralReason: reason, consent, ...(details !== undefined && { details }) }
}
