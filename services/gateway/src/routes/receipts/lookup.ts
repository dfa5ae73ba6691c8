import { limits } from '@haven/contracts'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { identityOf } from '../../domain/canonical-event.ts'
import { findByIdentity } from '../../store/receipt.ts'
import { partnerOf } from '../partner.ts'
import { Receipt, render } from './receipt.ts'

// 500 pairs of the longest source and id that the envelope allows, with room for escapes.
const bodyLimit = 1_048_576

const Body = Type.Object(
  {
    events: Type.Array(
      Type.Object(
        { source: Type.String({ minLength: 1, maxLength: 512 }), id: Type.String({ minLength: 1, maxLength: 256 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: limits.lookup.maxEvents },
    ),
  },
  { additionalProperties: false },
)
const Answer = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        { index: Type.Integer(), receipt: Type.Union([Receipt, Type.Null()], { description: 'null: not accepted' }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

export function lookupReceipts(app: Instance, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/receipts/lookup',
    bodyLimit,
    config: { access: { action: 'receipt.lookup', subjects: 'none' } },
    schema: {
      summary: 'Find receipts by your own event ids',
      description:
        'Answers in the order asked, so that a sender can find out what still has to be sent. At most 500 at once.',
      tags: ['receipts'],
      body: Body,
      response: { 200: Answer },
    },
    handler: async request => {
      const partner = await partnerOf(request, deps)
      const identities = request.body.events.map(event => deps.digest(...identityOf(partner.id, event)))
      const rows = await findByIdentity(deps.pool, partner.id, identities)
      const found = new Map(rows.map(row => [row.identity.toString('hex'), row]))
      const receipts = identities.map(identity => found.get(identity.toString('hex')))
      return { items: receipts.map((row, index) => ({ index, receipt: row === undefined ? null : render(row) })) }
    },
  })
}
