import { ReferralSubmittedData, Uuid } from '@haven/contracts'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { identifierKinds } from '../../domain/duplicates.ts'
import { blindIndexes } from '../../store/blind.ts'
import { findByIdentifiers } from '../../store/subject.ts'
import { shownTo, shows } from '../shown.ts'

const all = ReferralSubmittedData.properties.person.properties
const asked = {
  firstName: all.firstName,
  secondName: all.secondName,
  birthdate: all.birthdate,
  identityNumber: all.identityNumber,
  mobilePhone: all.mobilePhone,
  email: all.email,
}
const Body = Type.Object(asked, {
  additionalProperties: false,
  minProperties: 1,
  description: 'What the person can be recognised by: a name together with a birthdate, or any of the rest.',
})
const Answer = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          person: Uuid({ description: 'the subject' }),
          surrogate: Type.Optional(Uuid({ description: 'their name in the access record; absent after erasure' })),
          kinds: Type.Array(Type.Enum(identifierKinds), { description: 'what they were found by' }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** From a person to their name in the access record: so that whoever asks what was done with their data can be answered. */
export function lookUpSubjects(app: Instance, { pool, blindIndexKey }: Deps): void {
  app.route({
    method: 'POST',
    url: '/subjects/lookup',
    config: { access: { action: 'subject.lookup', subjects: shownTo, fields: Object.keys(asked) } },
    schema: {
      summary: "Find a person's audit surrogate in order to answer their request",
      description:
        'Looks among the people whom your organisation received. What you send is compared by its blind index and not kept.',
      tags: ['subjects'],
      querystring: Type.Object({}, { additionalProperties: false }),
      body: Body,
      response: { 200: Answer },
    },
    handler: async request => {
      const { organisation } = request.access.principal
      const indexes = blindIndexes(blindIndexKey, request.body)
      const found = await findByIdentifiers(pool, { organisation, indexes })
      shows(request, found)
      return {
        items: found.map(({ person, surrogate, kinds }) => ({
          person,
          ...(surrogate !== null && { surrogate }),
          kinds,
        })),
      }
    },
  })
}
