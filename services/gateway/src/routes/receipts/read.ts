import { Uuid } from '@haven/contracts'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { findReceipt } from '../../store/receipt.ts'
import { partnerOf } from '../partner.ts'
import { Receipt, render } from './receipt.ts'

export function readOwnReceipt(app: Instance, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/receipts/:id',
    config: { access: { action: 'receipt.read', subjects: 'none' } },
    schema: {
      summary: 'Read one of your receipts',
      tags: ['receipts'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: Receipt },
    },
    handler: async request => {
      const partner = await partnerOf(request, deps)
      const row = await findReceipt(deps.pool, partner.id, request.params.id)
      if (row === undefined) throw new Problem('not-found')
      return render(row)
    },
  })
}
