import { Uuid } from '@haven/contracts'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { answerEntries, EntriesResponse } from '../entries/answer.ts'
import { PageQuery } from '../entries/page.ts'

const closed = { additionalProperties: false } as const

export function listSubjectEntries(app: Instance, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/subjects/:surrogate/entries',
    config: {
      access: {
        action: 'subject.entries',
        subjects: request => [(request.params as { surrogate: string }).surrogate],
        streams: 'chunks',
      },
    },
    schema: {
      summary: 'List every look at one person, by audit surrogate',
      tags: ['entries'],
      params: Type.Object({ surrogate: Uuid() }, closed),
      querystring: Type.Object(PageQuery, closed),
      response: { 200: EntriesResponse },
    },
    handler: async (request, reply) => answerEntries(request, reply, deps, { subject: request.params.surrogate }),
  })
}
