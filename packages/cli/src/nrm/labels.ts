// The labels of the Home Office's tables and what they are in our contract. Every label is listed: one that is not here is
// refused by name, because a guess would put a wrong value into somebody's referral.
import type { ReferralSource, ReferredPerson, ReferredVictim } from '@haven/contracts'

type Gender = NonNullable<ReferredPerson['gender']>
type Exploitation = NonNullable<ReferredVictim['typeOfExploitation']>[number]
type AgeGroup = NonNullable<ReferredVictim['ageGroupAtExploitation']>

/** The literal that stands for a sum over a column. */
export const totalLabel = 'Total'

/** Says whether a responder's label is a sum over responders ('NGO and third sector total'). */
export const isTotalResponder = (responder: string): boolean => /(^| )total$/i.test(responder)

// HTCDS has no value for criminal exploitation, hence Other.
const exploitations: ReadonlyMap<string, Exploitation> = new Map([
  ['Criminal', 'Other'],
  ['Domestic', 'Servitude'],
  ['Domestic servitude', 'Servitude'],
  ['Labour', 'ForcedLabour'],
  ['Sexual', 'SexualExploitation'],
  ['Organ harvesting', 'OrganRemoval'],
  ['Organ Harvesting', 'OrganRemoval'],
])

const unknownLabels: ReadonlySet<string> = new Set([
  'Not specified or unknown',
  'Not specified',
  'Not recorded',
  'Not Recorded',
  'Not known',
  'Unknown',
])

/** Types of exploitation of a label such as 'Sexual, Labour & Criminal'; empty when unknown; undefined for an unknown label. */
export function exploitationOf(label: string): Exploitation[] | undefined {
  if (unknownLabels.has(label)) return []
  const types = label.split(/, | & /).map(part => exploitations.get(part))
  if (types.includes(undefined) || new Set(types).size !== types.length) return undefined
  return types as Exploitation[]
}

const ageGroups: ReadonlyMap<string, AgeGroup> = new Map([
  ['Adult (18 or over)', 'adult'],
  ['Adult', 'adult'],
  ['Child (17 or under)', 'child'],
  ['Child', 'child'],
])

/** The age group at exploitation; undefined for an unknown label. */
export const ageGroupOf = (label: string): AgeGroup | undefined =>
  unknownLabels.has(label) ? 'unknown' : ageGroups.get(label)

const genders: ReadonlyMap<string, Gender> = new Map([
  ['Female', 'Feminine'],
  ['Male', 'Masculine'],
  ['Other', 'NonConforming'],
])

/** The gender; undefined for an unknown label. */
export const genderOf = (label: string): Gender | undefined =>
  unknownLabels.has(label) ? 'NonSpecifiedUnknown' : genders.get(label)

// A referral's source is one of nine kinds. Local authorities refer through their social care, for which 'health' is the
// nearest; government agencies are mostly the migration authority's own (UKVI, Immigration Enforcement, Border Force).
const responderTypes: ReadonlyMap<string, ReferralSource> = new Map([
  ['NGO and third sector', 'ngo'],
  ['NGO and Third Sector', 'ngo'],
  ['Police', 'police'],
  ['Police force', 'police'],
  ['Police forces', 'police'],
  ['Police and ROCUs', 'police'],
  ['Local authority', 'health'],
  ['Local authorities', 'health'],
  ['Local Authority', 'health'],
  ['Local Authorities', 'health'],
  ['Government agency', 'migrationProvincial'],
  ['Government agencies', 'migrationProvincial'],
  ['Government Agency', 'migrationProvincial'],
  ['Government Agencies', 'migrationProvincial'],
])

const agencies: readonly [RegExp, ReferralSource][] = [
  [/\b(GLAA|Gangmasters)\b/, 'labourInspector'],
  [/\b(NCA|National Crime Agency|Police|Constabulary)\b/, 'police'],
  [/\b(Health|NHS)\b/, 'health'],
]

/** The source of a responder's referrals; undefined for an unknown type of responder. */
export function sourceOf(type: string, responder: string): ReferralSource | undefined {
  const general = responderTypes.get(type)
  if (general !== 'migrationProvincial') return general
  return agencies.find(([name]) => name.test(responder))?.[1] ?? general
}
