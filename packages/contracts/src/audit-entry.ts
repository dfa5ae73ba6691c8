import Type, { type Static } from 'typebox'
import { canonicalBytes } from './canonical.ts'
import { Code, Instant, Uuid } from './primitives.ts'
import { purposeCodes } from './purposes.ts'
import { roles } from './roles.ts'

const closed = { additionalProperties: false } as const
const as = (fhir: string, ocsf: string) => ({ 'x-fhir': fhir, 'x-ocsf': ocsf })
const Id = (options: object) => Type.String({ minLength: 1, maxLength: 255, ...options })
const Digest = (options: object) => Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', ...options })

/** What kind of doing an entry tells of. */
export const auditClasses = ['management', 'authentication', 'authorization', 'data-access'] as const
/** How it ended: released, refused to whoever asked, or not done for another reason. */
export const auditOutcomes = ['success', 'denied', 'failure'] as const
/** Who acts: a person, a program with credentials of its own, a part of Haven, or nobody whose token was accepted. */
export const actorTypes = ['person', 'client', 'system', 'unknown'] as const

const Actor = Type.Object(
  {
    id: Type.Optional(
      Id({ description: "the token's subject, or system:<service>.<part>", ...as('agent.who', 'actor.user.uid') }),
    ),
    type: Type.Enum([...actorTypes], as('agent.type', 'actor.user.type')),
    org: Type.Optional(Id(as('agent.who.onBehalfOf', 'actor.user.org.uid'))),
    roles: Type.Optional(
      Type.Array(Type.Enum([...roles]), { uniqueItems: true, ...as('agent.role', 'actor.user.groups') }),
    ),
    role: Type.Optional(
      Type.Enum([...roles], { description: 'the one that was used', ...as('agent.role', 'actor.session.role') }),
    ),
    aal: Type.Optional(
      Id({ description: 'acr of the token', ...as('agent.extension[assurance]', 'actor.session.assurance') }),
    ),
  },
  { ...closed, ...as('agent', 'actor') },
)

const Position = Type.String({ pattern: '^(-1|[0-9]{1,18})$' })

const Resource = Type.Object(
  {
    type: Type.String({ pattern: '^[a-z][A-Za-z]*$', ...as('entity.what.type', 'resource.type') }),
    id: Type.Optional(Id(as('entity.what.identifier', 'resource.uid'))),
    version: Type.Optional(Type.Integer({ minimum: 0, ...as('entity.what.version', 'resource.version') })),
  },
  { ...closed, ...as('entity[resource]', 'resource') },
)

/**
 * One entry of the access record, version 1 (the leaf around it carries the version). It holds no names, no values, no search texts and no tokens.
 * `x-fhir` names where a member goes in FHIR AuditEvent R5, `x-ocsf` where in OCSF's API activity.
 */
export const AuditEntry = Type.Object(
  {
    id: Uuid({ description: 'version 4: it says nothing of time or order', ...as('id', 'metadata.uid') }),
    occurredAt: Instant({ description: 'UTC, milliseconds', ...as('recorded', 'time') }),
    asOf: Type.Optional(
      Instant({ description: 'the state that was judged', ...as('occurredDateTime', 'unmapped.as_of') }),
    ),
    action: Type.String({
      pattern: '^[a-z][A-Za-z]*(\\.[a-z][A-Za-z]*)+$',
      maxLength: 64,
      ...as('code', 'api.operation'),
    }),
    class: Type.Enum([...auditClasses], as('category', 'category_uid')),
    outcome: Type.Enum([...auditOutcomes], as('outcome.code', 'status_id')),
    reason: Type.Optional(Code(as('outcome.detail', 'status_code'))),
    actor: Actor,
    onBehalfOf: Type.Optional(
      Type.Object(
        { type: Type.Enum(['person', 'organisation']), id: Id({}) },
        { ...closed, ...as('agent[on-behalf-of].who', 'actor.invoked_by') },
      ),
    ),
    purpose: Type.Optional(Type.Enum([...purposeCodes], as('authorization', 'unmapped.purpose'))),
    legalBasis: Type.Optional(Type.String({ maxLength: 255, ...as('basedOn.display', 'unmapped.legal_basis') })),
    subjects: Type.Array(Uuid(), {
      uniqueItems: true,
      maxItems: 200,
      description: 'audit surrogates of everyone it was about',
      ...as('patient, entity[subject].what', 'unmapped.subjects'),
    }),
    resource: Resource,
    fields: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        description: 'names of what was shown or given, never values',
        ...as('entity.detail[field]', 'unmapped.fields'),
      }),
    ),
    resultCount: Type.Optional(Type.Integer({ minimum: 0, ...as('entity.detail[count]', 'api.response.data.count') })),
    range: Type.Optional(
      Type.Object(
        { after: Position, to: Type.Optional(Position) },
        {
          ...closed,
          description:
            'of a feed: where it began (-1: at the beginning) and, in the entry of its closing, up to where it showed everything',
          ...as('entity.detail[range]', 'unmapped.range'),
        },
      ),
    ),
    client: Type.Optional(
      Type.Object(
        {
          ip: Type.String({ maxLength: 64, ...as('agent.networkString', 'src_endpoint.ip') }),
          agentHash: Type.Optional(
            Digest({
              description: 'SHA-256 of User-Agent',
              ...as('agent.extension[agent]', 'http_request.user_agent'),
            }),
          ),
        },
        { ...closed, ...as('agent.network', 'src_endpoint') },
      ),
    ),
    session: Type.Optional(
      Digest({ description: "SHA-256 of the token's jti", ...as('agent.extension[session]', 'actor.session.uid') }),
    ),
    request: Type.Optional(Uuid(as('entity[request].what.identifier', 'api.request.uid'))),
    trace: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{32}$', ...as('entity[trace].what.identifier', 'metadata.correlation_uid') }),
    ),
    span: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{16}$',
        description: 'the span of the trace that it was made in, when the trace is kept',
        ...as('entity[span].what.identifier', 'unmapped.span'),
      }),
    ),
    cause: Type.Optional(Id({ description: 'id of the fact that caused it', ...as('basedOn', 'unmapped.cause') })),
    policy: Type.Object(
      { id: Id({}), version: Id({ description: 'SHA-256 of the rules that judged' }) },
      { ...closed, ...as('agent.policy', 'policy') },
    ),
    service: Type.String({
      pattern: '^[a-z][a-z-]*$',
      maxLength: 64,
      ...as('source.observer', 'metadata.product.feature.name'),
    }),
  },
  { ...closed, title: 'Entry of the access record' },
)

/** An entry as it is made, once, by the process that answers. */
export type AuditEntry = Static<typeof AuditEntry>

/** Bytes of one entry at most. */
export const maxEntryBytes = 16_384

/**
 * The bytes of an entry (RFC 8785): made once, never serialised again.
 * @throws RangeError beyond {@link maxEntryBytes}, TypeError for what is not JSON; neither names a value
 */
export function entryBytes(entry: AuditEntry): Uint8Array {
  const bytes = canonicalBytes(entry)
  if (bytes.length > maxEntryBytes)
    throw new RangeError(`an entry has ${bytes.length} bytes, at most ${maxEntryBytes} are taken`)
  return bytes
}
