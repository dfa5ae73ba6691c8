import { Uuid } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import { etagOf, type Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { findCase, type Member, readCareTeam } from '../../store/case-view.ts'
import type { Tx } from '../../store/client.ts'
import { openOne } from '../../store/sealed.ts'
import { personFields } from '../person.ts'
import { shownTo, shows } from '../shown.ts'
import { Case, renderCase } from './case.ts'

export function readCase(app: Instance, { store, vault }: Deps): void {
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
      const read = await readSnapshot(store, (tx: Tx) => readAll(tx, request.params.id, principal))
      if (read === null) throw new Problem('not-found')
      const { found, team } = read
      shows(request, [found])
      reply.header('etag', etagOf(found.version))
      return renderCase(found, team, await openOne(vault, 'person', found.person, found.sealedPerson))
    },
  })
}

async function readAll(tx: Tx, id: string, member: Member) {
  const found = await findCase(tx, id, member)
  return found === null ? null : { found, team: await readCareTeam(tx, id) }
}
