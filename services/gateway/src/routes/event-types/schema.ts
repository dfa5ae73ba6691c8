import { partnerEventTypes } from '@haven/contracts'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import { unknownType } from './read.ts'

const Params = Type.Object({ type: Type.String({ minLength: 1, maxLength: 256 }) }, { additionalProperties: false })

/** What `dataschema` of an event may point at. */
export function readEventTypeSchema(app: Instance): void {
  app.route({
    method: 'GET',
    url: '/event-types/:type/schema',
    config: { access: { open: 'public documentation: what a partner may post' } },
    schema: {
      summary: 'Read the JSON Schema of one event type',
      tags: ['event types'],
      params: Params,
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of data' }) },
    },
    handler: async (request, reply) => {
      const known = partnerEventTypes.find(({ type }) => type === request.params.type)
      if (known === undefined) throw unknownType()
      reply.type('application/schema+json')
      return { ...known.dataSchema }
    },
  })
}
