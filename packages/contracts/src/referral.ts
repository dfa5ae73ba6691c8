import Type, { type Static } from 'typebox'
import { htcds, personal } from './annotations.ts'
import { htcdsPicklists as picklists } from './htcds-picklists.ts'
import { CalendarDate, CountryCode, Email, LanguageCode, Line, Phone, Prose } from './primitives.ts'

/** Who may be the source of a referral. */
export const referralSources = [
  'hotline157',
  'police',
  'gendarmerie',
  'migrationProvincial',
  'ngo',
  'health',
  'labourInspector',
  'self',
  'emergencyResponse',
] as const

/** One of {@link referralSources}. */
export type ReferralSource = (typeof referralSources)[number]

const closed = { additionalProperties: false } as const

/** The partner's own reference of a referral; it can identify a person, so it is treated as personal. */
const Reference = () => Line(200, { ...personal, description: "the partner's own reference of the referral" })

const ReferralDetails = Type.Object(
  {
    source: Type.Enum(referralSources),
    referringOrganisation: Line(200, htcds('cas_ReferringOrganisation')),
    referredOn: Type.Optional(CalendarDate(htcds('cas_IncomingReferralDate'))),
    reason: Type.Enum(picklists.cas_ReasonForIncomingReferral, htcds('cas_ReasonForIncomingReferral')),
    details: Type.Optional(Prose(4000, { ...htcds('cas_IncomingReferralDetails'), ...personal })),
    urgency: Type.Enum(['routine', 'urgent', 'emergency']),
    interimSafety: Type.Enum(['safe', 'atRisk', 'unknown']),
    consent: Type.Object(
      { given: Type.Boolean(htcds('con_Consent')), obtainedOn: Type.Optional(CalendarDate()) },
      closed,
    ),
  },
  closed,
)

const Person = Type.Object(
  {
    firstName: Type.Optional(Line(100, { ...htcds('prs_FirstName'), ...personal })),
    middleName: Type.Optional(Line(100, { ...htcds('prs_MiddleName'), ...personal })),
    secondName: Type.Optional(Line(100, { ...htcds('prs_SecondName'), ...personal })),
    birthdate: Type.Optional(CalendarDate({ ...htcds('prs_Birthdate'), ...personal })),
    gender: Type.Optional(Type.Enum(picklists.prs_Gender, { ...htcds('prs_Gender'), ...personal })),
    citizenship: Type.Optional(
      Type.Array(CountryCode(), { uniqueItems: true, maxItems: 10, ...htcds('prs_Citizenship'), ...personal }),
    ),
    primaryLanguage: Type.Optional(LanguageCode({ ...htcds('prs_PrimaryLanguage'), ...personal })),
    identityNumber: Type.Optional(Line(64, { ...htcds('prs_IdentityNumber'), ...personal })),
    mobilePhone: Type.Optional(Phone({ ...htcds('prs_MobilePhone'), ...personal })),
    email: Type.Optional(Email({ ...htcds('prs_Email'), ...personal })),
  },
  closed,
)

const Victim = Type.Object(
  {
    traffickingStatus: Type.Optional(
      Type.Enum(picklists.vic_TraffickingStatus, { ...htcds('vic_TraffickingStatus'), ...personal }),
    ),
    typeOfExploitation: Type.Optional(
      Type.Array(Type.Enum(picklists.vic_TypeOfExploitation), {
        uniqueItems: true,
        ...htcds('vic_TypeOfExploitation'),
        ...personal,
      }),
    ),
    typeOfSexExploitation: Type.Optional(
      Type.Array(Type.Enum(picklists.vic_TypeOfSexExploitation), {
        uniqueItems: true,
        ...htcds('vic_TypeOfSexExploitation'),
        ...personal,
      }),
    ),
    methodsOfControl: Type.Optional(
      Type.Array(Type.Enum(picklists.vic_MethodsOfControl), {
        uniqueItems: true,
        ...htcds('vic_MethodsOfControl'),
        ...personal,
      }),
    ),
    ageWhenTrafficked: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 120, ...htcds('vic_AgeWhenTrafficked'), ...personal }),
    ),
    ageGroupAtExploitation: Type.Optional(
      Type.Enum(['adult', 'child', 'unknown'], {
        ...personal,
        description: 'adult: 18 or over. Not a field of HTCDS.',
      }),
    ),
  },
  closed,
)

/** Data of `haven.partner.referral.submitted.v1`. */
export const ReferralSubmittedData = Type.Object(
  { reference: Reference(), referral: ReferralDetails, person: Person, victim: Type.Optional(Victim) },
  { ...closed, title: 'Referral submitted' },
)

/** Data of `haven.partner.referral.withdrawn.v1`. */
export const ReferralWithdrawnData = Type.Object(
  {
    reference: Reference(),
    reason: Type.Enum(['personWithdrew', 'sentInError', 'supportedElsewhere', 'other']),
    details: Type.Optional(Prose(1000, personal)),
  },
  { ...closed, title: 'Referral withdrawn' },
)

/** A person as a partner refers them. */
export type ReferredPerson = Static<typeof Person>
/** What a partner knows of the exploitation. */
export type ReferredVictim = Static<typeof Victim>
/** Static type of {@link ReferralSubmittedData}. */
export type ReferralSubmitted = Static<typeof ReferralSubmittedData>
/** Static type of {@link ReferralWithdrawnData}. */
export type ReferralWithdrawn = Static<typeof ReferralWithdrawnData>
