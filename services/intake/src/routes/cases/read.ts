import { Uuid } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { findCase } from '../../store/case-view.ts'
import type { Tx } from '../../store/client.ts'
import { openOne } from '../../store/sealed.ts'
import { etagOf } from '../etag.ts'
import { Case, renderCase } from './case.ts'

export function readCase(app: Instance, { store, vault }: Deps): void {
  app.route({
    method: 'GET',
    url: '/cases/:id',
    config: { access: { action: 'case.read' } },
    schema: {
      summary: 'Read a case of whose care team you are',
      tags: ['cases'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: Case },
    },
    handler: async (request, reply) => {
      const { principal } = request.access
      const found = await readSnapshot(store, (tx: Tx) => findCase(tx, request.params.id, principal))
      if (found === null) throw new Problem('not-found')
      reply.header('etag', etagOf(found.version))
      return renderCase(found, await openOne(vault, 'person', found.personId, found.person.sealed))
    },
  })
}
