import { partnerEventTypes } from '@haven/contracts'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import { EventType, render } from './event-type.ts'

const Params = Type.Object({ type: Type.String({ minLength: 1, maxLength: 256 }) }, { additionalProperties: false })

export function readEventType(app: Instance): void {
  app.route({
    method: 'GET',
    url: '/event-types/:type',
    config: { access: { open: 'public documentation: what a partner may post' } },
    schema: {
      summary: 'Read one event type',
      tags: ['event types'],
      params: Params,
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: EventType },
    },
    handler: async request => {
      const known = partnerEventTypes.find(({ type }) => type === request.params.type)
      if (known === undefined) throw unknownType()
      return render(known)
    },
  })
}

/** The address names no type: the answer says where the list is. */
export function unknownType(): Problem {
  return new Problem('not-found', { detail: 'GET /event-types lists the types that are taken.' })
}
