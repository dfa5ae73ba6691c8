import { Prose, Uuid } from '@haven/contracts'
import { etagOf, IfMatch, type Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { rejectionReasons } from '../../domain/referral.ts'
import { shownTo } from '../shown.ts'
import { decideReferral } from './decide.ts'
import { DecidedReferral } from './referral.ts'

const Body = Type.Object(
  {
    reason: Type.Enum(rejectionReasons, { description: 'the partner learns it on the receipt' }),
    note: Type.Optional(Prose(4_000, { 'x-personal': true, description: 'for colleagues; sealed, never sent on' })),
  },
  { additionalProperties: false },
)

export function rejectReferral(app: Instance, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/referrals/:id/reject',
    config: { access: { action: 'referral.reject', subjects: shownTo, fields: ['note'] } },
    schema: {
      summary: 'Reject a referral with a reason',
      tags: ['referrals'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      headers: IfMatch,
      body: Body,
      response: { 200: DecidedReferral },
    },
    handler: async (request, reply) => {
      const { reason, note } = request.body
      const by = request.access.principal.subject
      const command = { name: 'reject', at: deps.now(), by, reason } as const
      const decided = await decideReferral(deps, request, { id: request.params.id, command, note })
      reply.header('etag', etagOf(decided.version))
      return decided
    },
  })
}
