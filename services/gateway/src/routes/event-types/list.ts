import { partnerEventTypes } from '@haven/contracts'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import { EventType, render } from './event-type.ts'

const Answer = Type.Object({ items: Type.Array(EventType), next: Type.Null() }, { additionalProperties: false })

export function listEventTypes(app: Instance): void {
  app.route({
    method: 'GET',
    url: '/event-types',
    config: { access: { open: 'public documentation: what a partner may post' } },
    schema: {
      summary: 'List the event types that are taken, with schemas and samples',
      tags: ['event types'],
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: Answer },
    },
    handler: async () => ({ items: partnerEventTypes.map(render), next: null }),
  })
}
