import { Uuid } from '@haven/contracts'
import { Problem } from '@haven/problem'
import { etagOf, type Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { findCase } from '../../store/case-view.ts'
import { openParts } from '../../store/sealed.ts'
import { personFields } from '../person.ts'
import { shownTo, shows } from '../shown.ts'
import { Case, renderCase } from './case.ts'

export function readCase(app: Instance, { pool, vault }: Deps): void {
  app.route({
    method: 'GET',
    url: '/cases/:id',
    config: { access: { action: 'case.read', subjects: shownTo, fields: personFields } },
    schema: {
      summary: 'Read a case of whose care team you are',
      tags: ['cases'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: Case },
    },
    handler: async (request, reply) => {
      const { principal } = request.access
      const found = await findCase(pool, request.params.id, principal)
      if (found === null) throw new Problem('not-found')
      shows(request, [found])
      reply.header('etag', etagOf(found.version))
      const { person } = await openParts(vault, found.person, { person: found.sealedPerson })
      return renderCase(found, person)
    },
  })
}
