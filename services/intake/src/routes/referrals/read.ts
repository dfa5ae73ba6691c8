import { Uuid } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import type { SubjectVault } from '@haven/vault'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import type { Tx } from '../../store/client.ts'
import { type FoundReferral, findReferral } from '../../store/referral-view.ts'
import { openOne } from '../../store/sealed.ts'
import { etagOf } from '../etag.ts'
import { type Opened, Referral, renderReferral } from './referral.ts'

export function readReferral(app: Instance, { store, vault }: Deps): void {
  app.route({
    method: 'GET',
    url: '/referrals/:id',
    config: { access: { action: 'referral.read' } },
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
      const found = await readSnapshot(store, (tx: Tx) => findReferral(tx, { id, receiver }))
      if (found === null) throw new Problem('not-found')
      reply.header('etag', etagOf(found.referral.version))
      return renderReferral(found, await open(vault, found))
    },
  })
}

async function open(vault: SubjectVault, { referral }: FoundReferral): Promise<Opened> {
  const { personId, person, sealed, sealedNote } = referral
  return {
    person: await openOne(vault, 'person', personId, person.sealed),
    referral: await openOne(vault, 'referral', personId, sealed),
    note: sealedNote === null ? null : await openOne(vault, 'note', personId, sealedNote),
  }
}
