import { Line, Prose, Uuid } from '@haven/contracts'
import { etagOf, IfMatch, type Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { shownTo } from '../shown.ts'
import { decideReferral } from './decide.ts'
import { DecidedReferral } from './referral.ts'

const Body = Type.Object(
  {
    to: Line(200, { description: 'the organisation that should have it' }),
    note: Type.Optional(Prose(4_000, { 'x-personal': true, description: 'for colleagues; sealed, never sent on' })),
  },
  { additionalProperties: false },
)

export function redirectReferral(app: Instance, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/referrals/:id/redirect',
    config: { access: { action: 'referral.redirect', subjects: shownTo, fields: ['note'] } },
    schema: {
      summary: 'Redirect a referral to another organisation; the partner sees on the receipt that it was redirected',
      tags: ['referrals'],
      params: Type.Object({ id: Uuid() }, { additionalProperties: false }),
      headers: IfMatch,
      body: Body,
      response: { 200: DecidedReferral },
    },
    handler: async (request, reply) => {
      const { to, note } = request.body
      const by = request.access.principal.subject
      const command = { name: 'redirect', at: deps.now(), by, to } as const
      const decided = await decideReferral(deps, request, { id: request.params.id, command, note })
      reply.header('etag', etagOf(decided.version))
      return decided
    },
  })
}
