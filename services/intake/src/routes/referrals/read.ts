import { Uuid } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import { etagOf, type Instance } from '@haven/service'
import type { SubjectVault } from '@haven/vault'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import type { Tx } from '../../store/client.ts'
import { type FoundReferral, findDuplicates, findReferral, readHistory } from '../../store/referral-view.ts'
import { openOne } from '../../store/sealed.ts'
import { personFields } from '../person.ts'
import { shownTo, shows } from '../shown.ts'
import { type Opened, type Read, Referral, renderReferral } from './referral.ts'

const fields = [...personFields, 'details', 'note', 'consent', 'reference']

export function readReferral(app: Instance, { store, vault }: Deps): void {
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
      const read = await readSnapshot(store, (tx: Tx) => readAll(tx, { id, receiver }))
      if (read === null) throw new Problem('not-found')
      shows(request, [read.referral, ...read.duplicates])
      reply.header('etag', etagOf(read.referral.version))
      return renderReferral(read, await open(vault, read.referral))
    },
  })
}

async function readAll(tx: Tx, asked: { id: string; receiver: string }): Promise<Read | null> {
  const referral = await findReferral(tx, asked)
  if (referral === null) return null
  const duplicates = await findDuplicates(tx, { person: referral.person, receiver: asked.receiver })
  return { referral, duplicates, history: await readHistory(tx, referral.id) }
}

async function open(vault: SubjectVault, row: FoundReferral): Promise<Opened> {
  const { person: subject, sealedPerson, sealed, sealedNote } = row
  return {
    person: await openOne(vault, 'person', subject, sealedPerson),
    referral: await openOne(vault, 'referral', subject, sealed),
    note: sealedNote === null ? null : await openOne(vault, 'note', subject, sealedNote),
  }
}
