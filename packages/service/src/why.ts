import { type ActionTable, explain } from '@haven/access'
import { purposeCodes, roles } from '@haven/contracts'
import { Problem } from '@haven/problem'
import { Type } from 'typebox'
import type { Instance } from './instance.ts'

const closed = { additionalProperties: false } as const
const Explanation = Type.Object(
  {
    action: Type.String(),
    allowed: Type.Boolean(),
    reason: Type.Optional(Type.String({ description: 'the code that a request would be refused with' })),
    role: Type.Optional(Type.Enum([...roles], { description: 'the role that would be used' })),
    purpose: Type.Optional(Type.Enum([...purposeCodes])),
    legalBasis: Type.Optional(Type.String()),
    rule: Type.Object(
      {
        roles: Type.Array(Type.Enum([...roles])),
        purposes: Type.Union([Type.Array(Type.Enum([...purposeCodes])), Type.Literal('credential')]),
        relation: Type.Optional(
          Type.String({
            description:
              'what ties you to the single record; judged on the record, where refused and absent look alike',
          }),
        ),
      },
      closed,
    ),
  },
  { ...closed, title: 'Explanation' },
)
const Query = Type.Object(
  {
    action: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'the action of an operation, such as referral.list',
    }),
    purpose: Type.Optional(Type.String({ maxLength: 64, description: 'what you would send in Purpose-Of-Use' })),
  },
  closed,
)

/** `GET /why`: the rule that allows or refuses an action to whoever asks. */
export function explainDecisions(app: Instance, actions: ActionTable): void {
  app.route({
    method: 'GET',
    url: '/why',
    config: { access: { action: 'access.why' } },
    schema: {
      summary: 'Why an action is allowed or refused to you: rule, role, purpose and legal basis',
      tags: ['operations'],
      querystring: Query,
      response: { 200: Explanation },
    },
    handler: async request => {
      const { action, purpose } = request.query
      const explanation = explain({ principal: request.access.principal, action, purpose }, actions)
      if (explanation === undefined)
        throw new Problem('not-found', { detail: 'No operation of this service has that action.' })
      const { reason, ...rest } = explanation
      const { roles: permitted, purposes, relation } = rest.rule
      const rule = {
        roles: [...permitted],
        purposes: purposes === 'credential' ? purposes : [...purposes],
        ...(relation !== undefined && { relation }),
      }
      return { ...rest, rule, ...(reason !== undefined && { reason }) }
    },
  })
}
