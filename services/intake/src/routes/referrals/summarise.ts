import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { countReferrals } from '../../store/referral-view.ts'

const By = Type.Enum(['referringOrganisation', 'state'])
const Answer = Type.Object(
  {
    by: By,
    items: Type.Array(
      Type.Object({ value: Type.String(), count: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
      { description: 'most first' },
    ),
    total: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)

export function summariseReferrals(app: Instance, { pool }: Deps): void {
  app.route({
    method: 'GET',
    url: '/referrals/summary',
    config: { access: { action: 'referral.summarise', subjects: 'none' } },
    schema: {
      summary: 'Count the referrals that your organisation received',
      tags: ['referrals'],
      querystring: Type.Object({ by: By }, { additionalProperties: false }),
      response: { 200: Answer },
    },
    handler: async request => {
      const { by } = request.query
      const receiver = request.access.principal.organisation
      const items = await countReferrals(pool, receiver, by)
      return { by, items, total: items.reduce((sum, { count }) => sum + count, 0) }
    },
  })
}
