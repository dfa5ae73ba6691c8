/** What two records can have in common that makes them worth a look. The names appear in the API. */
export const identifierKinds = ['nameAndBirthdate', 'identityNumber', 'mobilePhone', 'email'] as const
export type IdentifierKind = (typeof identifierKinds)[number]

/** The attributes that the rule reads; all are optional in a referral. */
export interface Identity {
  firstName?: string
  secondName?: string
  birthdate?: string
  identityNumber?: string
  mobilePhone?: string
  email?: string
}

/** Stated normalisations; each gives '' for what holds nothing comparable. */
export interface Normalise {
  name(value: string): string
  identifier(value: string): string
  phone(value: string): string
}

export interface Identifier {
  kind: IdentifierKind
  value: string
}

/**
 * What a person can be recognised by. Any one kind in common flags two people; a name alone never does, and a middle name
 * is left out, since records differ in it for the same person. Kinds without a comparable value are absent, so that two
 * empty fields never match.
 */
export function identifiersOf(person: Identity, normalise: Normalise): Identifier[] {
  const { birthdate, identityNumber, mobilePhone, email } = person
  const names = [normalise.name(person.firstName ?? ''), normalise.name(person.secondName ?? '')]
  const found: Identifier[] = []
  const add = (kind: IdentifierKind, value: string): void => {
    if (value !== '') found.push({ kind, value })
  }
  // JSON keeps the parts apart: ('a b', 'c') is another person than ('a', 'b c').
  add('nameAndBirthdate', birthdate !== undefined && names.join('') !== '' ? JSON.stringify([...names, birthdate]) : '')
  add('identityNumber', normalise.identifier(identityNumber ?? ''))
  add('mobilePhone', normalise.phone(mobilePhone ?? ''))
  add('email', normalise.identifier(email ?? ''))
  return found
}
