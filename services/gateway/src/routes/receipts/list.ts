import { receiptStates } from '@haven/contracts'
import { decodeCursor, encodeCursor } from '@haven/db'
import { type Instance, NextPage, PageQuery } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { listReceipts } from '../../store/receipt.ts'
import { partnerOf } from '../partner.ts'
import { Receipt, render } from './receipt.ts'

const Query = Type.Object(
  {
    state: Type.Optional(Type.Enum(receiptStates)),
    ...PageQuery,
  },
  { additionalProperties: false },
)
const Position = Type.Object({ after: Type.String({ pattern: '^[0-9]{1,18}$' }) }, { additionalProperties: false })
const Answer = Type.Object({ items: Type.Array(Receipt), next: NextPage }, { additionalProperties: false })

export function listOwnReceipts(app: Instance, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/receipts',
    config: { access: { action: 'receipt.list', subjects: 'none' } },
    schema: {
      summary: 'List your receipts in the order of acceptance',
      tags: ['receipts'],
      querystring: Query,
      response: { 200: Answer },
    },
    handler: async request => {
      const { state, limit, cursor, order } = request.query
      const after = cursor === undefined ? undefined : decodeCursor(Position, cursor).after
      const partner = await partnerOf(request, deps)
      const rows = await listReceipts(deps.pool, partner.id, { state, order, after, limit })
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return {
        items: rows.slice(0, limit).map(render),
        next: last === undefined ? null : encodeCursor({ after: last.position }),
      }
    },
  })
}
