import { Uuid } from '@haven/contracts'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { EntriesAnswer, PageQuery, pageOf } from '../entries/page.ts'

const closed = { additionalProperties: false } as const

export function listSubjectEntries(app: Instance, { reader, now }: Deps): void {
  app.route({
    method: 'GET',
    url: '/subjects/:surrogate/entries',
    config: {
      access: {
        action: 'subject.entries',
        subjects: request => [(request.params as { surrogate: string }).surrogate],
      },
    },
    schema: {
      summary: 'List every look at one person, by audit surrogate',
      tags: ['entries'],
      params: Type.Object({ surrogate: Uuid() }, closed),
      querystring: Type.Object(PageQuery, closed),
      response: { 200: EntriesAnswer },
    },
    handler: async request => pageOf(reader, request.query, now(), { subject: request.params.surrogate }),
  })
}
