import type { Role } from './roles.ts'

/** Purposes of use: every look at personal data names one of them. */
export const purposeCodes = [
  'assistance',
  'protection',
  'identification',
  'shelter',
  'psychosocialCare',
  'returnAndReintegration',
  'emergencyResponse',
  'reporting',
  'audit',
  'dataSubjectRequest',
  'legalClaim',
  'research',
  'breakGlass',
  'operations',
] as const

/** One of {@link purposeCodes}. */
export type PurposeCode = (typeof purposeCodes)[number]

/** What a purpose means, why it is lawful, who may claim it. */
export interface Purpose {
  title: string
  /** The ground for processing, with its citation. */
  legalBasis: string
  /** Roles that may claim the purpose; a claim by another role is refused. */
  roles: readonly Role[]
  /** The nearest code of HL7 v3 PurposeOfUse, where one fits. */
  hl7?: string
}

const care: readonly Role[] = ['caseworker', 'shelterManager', 'psychologist', 'avrrOfficer']

/** All purposes with legal basis and roles. Citations: TR Laws 6698 (KVKK) and 6458, CoE Convention CETS 197, Palermo Protocol. */
export const purposes: Readonly<Record<PurposeCode, Purpose>> = {
  assistance: {
    title: 'Assistance to a person referred or identified',
    legalBasis: 'CETS 197 art. 12; Law 6458 art. 48; explicit consent, Law 6698 art. 6',
    roles: ['caseworker', 'shelterManager', 'psychologist', 'avrrOfficer'],
    hl7: 'CAREMGT',
  },
  protection: {
    title: 'Protection of a person from harm',
    legalBasis: 'CETS 197 art. 28; protection of life or physical integrity, Law 6698 art. 5(2)(b)',
    roles: ['caseworker', 'shelterManager', 'competentAuthority'],
    hl7: 'THREAT',
  },
  identification: {
    title: 'Identification of a victim of trafficking',
    legalBasis: 'CETS 197 art. 10; Law 6458 arts 48-49',
    roles: ['caseworker', 'competentAuthority'],
  },
  shelter: {
    title: 'Safe accommodation',
    legalBasis: 'CETS 197 art. 12(1)(a); Palermo Protocol art. 6(3)(a)',
    roles: ['caseworker', 'shelterManager'],
  },
  psychosocialCare: {
    title: 'Psychosocial care',
    legalBasis: 'CETS 197 art. 12(1)(a); care under professional secrecy, Law 6698 art. 6(3)',
    roles: ['psychologist', 'caseworker'],
    hl7: 'TREAT',
  },
  returnAndReintegration: {
    title: 'Assisted voluntary return and reintegration',
    legalBasis: 'CETS 197 art. 16; Palermo Protocol art. 8; explicit consent, Law 6698 art. 6',
    roles: ['avrrOfficer', 'caseworker'],
  },
  emergencyResponse: {
    title: 'Services to a person at risk in the emergency response',
    legalBasis: 'CETS 197 art. 5(5); protection of life or physical integrity, Law 6698 art. 5(2)(b)',
    roles: care,
  },
  reporting: {
    title: 'What the programme achieved, as counts',
    legalBasis: 'CETS 197 art. 29(4); official statistics, Law 6698 art. 28(1)(b)',
    roles: ['caseworker', 'trainer', 'operator'],
  },
  audit: {
    title: 'Review of who saw whom, when and why',
    legalBasis: 'Law 6698 art. 12(3)',
    roles: ['auditor', 'dataProtectionOfficer'],
    hl7: 'HCOMPL',
  },
  dataSubjectRequest: {
    title: 'Answer to the person concerned',
    legalBasis: 'Law 6698 arts 11 and 13',
    roles: ['dataProtectionOfficer', 'caseworker'],
    hl7: 'PATRQT',
  },
  legalClaim: {
    title: 'Establishment, exercise or defence of a claim',
    legalBasis: 'CETS 197 art. 15; Law 6698 art. 5(2)(e)',
    roles: ['caseworker', 'competentAuthority', 'dataProtectionOfficer'],
    hl7: 'HLEGAL',
  },
  research: {
    title: 'Research on de-identified data',
    legalBasis: 'Law 6698 art. 28(1)(b)',
    roles: ['dataProtectionOfficer'],
    hl7: 'HRESCH',
  },
  breakGlass: {
    title: 'Access in an emergency without the usual relation, reviewed afterwards',
    legalBasis: 'Protection of life or physical integrity, Law 6698 art. 5(2)(b)',
    roles: care,
    hl7: 'BTG',
  },
  operations: {
    title: 'Running the system',
    legalBasis: 'Security of processing, Law 6698 art. 12(1)',
    roles: ['operator'],
    hl7: 'HSYSADMIN',
  },
}

/** Says whether a header's value is a purpose of this house. */
export const isPurposeCode = (value: unknown): value is PurposeCode =>
  (purposeCodes as readonly unknown[]).includes(value)
