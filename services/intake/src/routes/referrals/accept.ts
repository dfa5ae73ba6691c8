import { Uuid } from '@haven/contracts'
import { Problem } from '@haven/problem'
import { etagOf, IfMatch, type Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { shownTo } from '../shown.ts'
import { decideReferral } from './decide.ts'
import { DecidedReferral } from './referral.ts'

const noBody = { pointer: '', detail: 'must be left out or {}: accepting takes no body' }

export function acceptReferral(app: Instance, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/referrals/:id/accept',
    config: { access: { action: 'referral.accept', subjects: shownTo } },
    schema: {
      summary: 'Accept a referral: its case is opened, with you as its owner',
      tags: ['referrals'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      headers: IfMatch,
      response: { 200: DecidedReferral },
    },
    handler: async (request, reply) => {
      // A note that somebody wrote must not be dropped in silence.
      if (Object.keys(request.body ?? {}).length > 0) throw new Problem('validation-failed', { errors: [noBody] })
      const by = request.access.principal.subject
      const command = { name: 'accept', at: deps.now(), by } as const
      const decided = await decideReferral(deps, request, { id: request.params.id, command })
      reply.header('etag', etagOf(decided.version))
      return decided
    },
  })
}
