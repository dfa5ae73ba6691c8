import { cutPage, type Instance, NextPage, PageQuery, pagePosition } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { referralStates } from '../../domain/referral.ts'
import { listReferrals } from '../../store/referral-view.ts'
import { openAll } from '../../store/sealed.ts'
import { listedFields } from '../person.ts'
import { shownTo, shows } from '../shown.ts'
import { ReferralItem, renderItem } from './referral.ts'

const Query = Type.Object(
  {
    state: Type.Optional(Type.Enum(referralStates)),
    referringOrganisation: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    possibleDuplicate: Type.Optional(Type.Boolean()),
    ...PageQuery,
  },
  { additionalProperties: false },
)
const Answer = Type.Object({ items: Type.Array(ReferralItem), next: NextPage }, { additionalProperties: false })

export function listReceivedReferrals(app: Instance, { pool, vault }: Deps): void {
  app.route({
    method: 'GET',
    url: '/referrals',
    config: { access: { action: 'referral.list', subjects: shownTo, fields: listedFields } },
    schema: {
      summary: 'List the referrals that your organisation received, by arrival',
      tags: ['referrals'],
      querystring: Query,
      response: { 200: Answer },
    },
    handler: async request => {
      const { state, referringOrganisation, possibleDuplicate, order, limit, cursor } = request.query
      const receiver = request.access.principal.organisation
      const filters = { state, referringOrganisation, possibleDuplicate }
      const page = { receiver, ...filters, order, limit, after: pagePosition(cursor) }
      const found = await listReferrals(pool, page)
      const { rows, next } = cutPage(found, limit, row => row.receivedAt)
      shows(request, rows)
      const sealed = rows.map(row => ({ subject: row.person, sealed: row.sealedPerson }))
      const people = await openAll(vault, 'person', sealed)
      return { items: rows.map((row, index) => renderItem(row, people[index] ?? null)), next }
    },
  })
}
