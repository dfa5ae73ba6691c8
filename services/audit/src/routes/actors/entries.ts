import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { answerEntries, EntriesResponse } from '../entries/answer.ts'
import { PageQuery } from '../entries/page.ts'

const closed = { additionalProperties: false } as const

export function listActorEntries(app: Instance, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/actors/:id/entries',
    config: { access: { action: 'actor.entries', subjects: 'none', streams: 'chunks' } },
    schema: {
      summary: 'List everything that one actor looked at or was refused',
      tags: ['entries'],
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 255 }) }, closed),
      querystring: Type.Object(PageQuery, closed),
      response: { 200: EntriesResponse },
    },
    handler: async (request, reply) => answerEntries(request, reply, deps, { actor: request.params.id }),
  })
}
