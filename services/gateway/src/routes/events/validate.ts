import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { isCandidate, judge, judgeBatch } from '../../domain/batch.ts'
import type { Schemas } from '../../domain/reading.ts'
import { partnerOf } from '../partner.ts'
import { received } from './bodies.ts'
import { eventBody, untouched } from './schema.ts'

const Answer = Type.Object(
  {
    valid: Type.Boolean({ description: 'true when every event would be accepted' }),
    errors: Type.Array(
      Type.Object({ pointer: Type.String(), detail: Type.String() }, { additionalProperties: false }),
      { description: "pointers into the body; a batch's begin with the index of the event" },
    ),
  },
  { additionalProperties: false },
)

export function validateEvents(app: Instance, { deps, schemas }: { deps: Deps; schemas: Schemas }): void {
  app.route({
    method: 'POST',
    url: '/events/validate',
    config: { access: { action: 'event.validate', subjects: 'none' } },
    ...untouched,
    schema: {
      summary: 'Check events without any effect',
      description: 'Whether another content was accepted under the same source and id is not looked up here.',
      tags: ['events'],
      body: eventBody,
      response: { 200: Answer },
    },
    handler: async request => {
      const partner = await partnerOf(request, deps)
      const sent = received(request, schemas)
      const judgements = 'batch' in sent ? judgeBatch(sent.batch, partner, schemas) : [judge(sent.reading, partner)]
      const errors = judgements.flatMap(judgement => (isCandidate(judgement) ? [] : judgement.errors))
      return { valid: errors.length === 0, errors: [...errors] }
    },
  })
}
