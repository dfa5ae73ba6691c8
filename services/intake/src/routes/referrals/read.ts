import { Uuid } from '@haven/contracts'
import { Problem } from '@haven/problem'
import { etagOf, type Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { findReferral } from '../../store/referral-view.ts'
import { openParts } from '../../store/sealed.ts'
import { personFields } from '../person.ts'
import { shownTo, shows } from '../shown.ts'
import { Referral, renderReferral } from './referral.ts'

const fields = [...personFields, 'details', 'note', 'consent', 'reference']

export function readReferral(app: Instance, { pool, vault }: Deps): void {
  app.route({
    method: 'GET',
    url: '/referrals/:id',
    config: { access: { action: 'referral.read', subjects: shownTo, fields } },
    schema: {
      summary: 'Read a referral that your organisation received; its ETag is what actions take in If-Match',
      tags: ['referrals'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      querystring: Type.Object({}, { additionalProperties: false }),
      response: { 200: Referral },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const receiver = request.access.principal.organisation
      const found = await findReferral(pool, { id, receiver })
      if (found === null) throw new Problem('not-found')
      shows(request, [found, ...found.duplicates])
      reply.header('etag', etagOf(found.version))
      const { person, sealedPerson, sealed, sealedNote } = found
      const parts = { person: sealedPerson, referral: sealed, note: sealedNote }
      return renderReferral(found, await openParts(vault, person, parts))
    },
  })
}
