import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { EntriesAnswer, PageQuery, pageOf } from '../entries/page.ts'

const closed = { additionalProperties: false } as const

export function listActorEntries(app: Instance, { reader, now }: Deps): void {
  app.route({
    method: 'GET',
    url: '/actors/:id/entries',
    config: { access: { action: 'actor.entries', subjects: 'none' } },
    schema: {
      summary: 'List everything that one actor looked at or was refused',
      tags: ['entries'],
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 255 }) }, closed),
      querystring: Type.Object(PageQuery, closed),
      response: { 200: EntriesAnswer },
    },
    handler: async request => pageOf(reader, request.query, now(), { actor: request.params.id }),
  })
}
