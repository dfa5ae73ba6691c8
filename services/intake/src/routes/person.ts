import { ReferralSubmittedData, Uuid } from '@haven/contracts'
import Type, { type Static } from 'typebox'
import type { PersonAttributes } from '../store/sealed.ts'

const all = ReferralSubmittedData.properties.person.properties
const id = Uuid({ description: 'the subject' })
const erased = Type.Optional(Type.Boolean({ description: 'true: what was known of the person was erased' }))

/** A person in a list: what tells one from another and says which language to call in; no identity number, no way to reach them. */
export const ListedPerson = Type.Object(
  {
    id,
    erased,
    firstName: all.firstName,
    middleName: all.middleName,
    secondName: all.secondName,
    birthdate: all.birthdate,
    gender: all.gender,
    citizenship: all.citizenship,
    primaryLanguage: all.primaryLanguage,
  },
  { additionalProperties: false, title: 'Person in a list' },
)

/** A person with everything that was referred. */
export const Person = Type.Object({ id, erased, ...all }, { additionalProperties: false, title: 'Person' })

const namesOf = ({ properties }: { properties: object }) =>
  Object.keys(properties).filter(name => name !== 'id' && name !== 'erased')

/** Names of what a list shows of a person. */
export const listedFields: readonly string[] = namesOf(ListedPerson)

/** Names of what a detail shows of a person. */
export const personFields: readonly string[] = [...namesOf(Person), 'victim']

/** What is known of the exploitation, as it was referred. */
export const Victim = ReferralSubmittedData.properties.victim

/** A person as a list shows them; the schema above drops the rest. */
export function renderListed(subject: string, attributes: PersonAttributes | null): Static<typeof ListedPerson> {
  if (attributes === null) return { id: subject, erased: true }
  const { identityNumber: _number, mobilePhone: _phone, email: _email, ...shown } = attributes.person
  return { id: subject, ...shown }
}

/** A person as a detail shows them. */
export function renderPerson(subject: string, attributes: PersonAttributes | null) {
  return {
    person: attributes === null ? { id: subject, erased: true } : { id: subject, ...attributes.person },
    ...(attributes?.victim !== undefined && { victim: attributes.victim }),
  }
}
