import { createHash, randomUUID } from 'node:crypto'
import type { Principal } from '@haven/auth'
import { type AuditEntry, entryBytes, isPurposeCode, type PurposeCode, purposes, type Role } from '@haven/contracts'
import { traceOf } from '@haven/telemetry'
import type { FastifyRequest } from 'fastify'
import type { Action } from '../actions.ts'

/** What an entry says of what was shown or changed. */
export interface About {
  /** Audit surrogates of everyone it was about; repeated ones count once. */
  readonly subjects?: readonly string[]
  readonly resource?: { readonly id?: string; readonly version?: number }
  /** Names, never values. */
  readonly fields?: readonly string[]
  readonly resultCount?: number
  /** Of a feed: where it began, and once it is closed up to where it showed everything. */
  readonly range?: { readonly after: string; readonly to?: string }
}

/** What is the same for every entry of a service. */
export interface Recording {
  readonly service: string
  readonly policy: AuditEntry['policy']
  readonly now: () => Date
}

/** One attempt as it ended. */
export interface Ended extends About {
  readonly name: string
  readonly action: Action
  readonly outcome: AuditEntry['outcome']
  readonly reason?: string | undefined
  /** Address of who asked. */
  readonly ip: string
  readonly principal?: Principal | undefined
  readonly role?: Role | undefined
}

/** The bytes of a request's entry. */
export function entryOfRequest(request: FastifyRequest, ended: Ended, { service, policy, now }: Recording): Uint8Array {
  const { name, action, outcome, reason, ip, principal } = ended
  const agent = request.headers['user-agent']
  const { traceId, sampledSpanId } = traceOf(request.raw)
  return entryBytes({
    id: randomUUID(),
    occurredAt: now().toISOString(),
    action: name,
    class: action.class,
    outcome,
    ...(reason !== undefined && { reason }),
    actor: actorOf(principal, ended.role),
    ...purposeOf(action, request.headers['purpose-of-use']),
    ...aboutOf(action, ended),
    client: { ip, ...(agent !== undefined && { agentHash: digest(agent) }) },
    ...(principal && { session: digest(principal.tokenId) }),
    request: request.id,
    trace: traceId,
    ...(sampledSpanId !== undefined && { span: sampledSpanId }),
    policy,
    service,
  })
}

function actorOf(principal: Principal | undefined, role: Role | undefined): AuditEntry['actor'] {
  if (principal === undefined) return { type: 'unknown' }
  const { subject, kind, organisation, roles, acr } = principal
  return {
    id: subject,
    type: kind,
    org: organisation,
    roles: [...roles],
    ...(role !== undefined && { role }),
    ...(acr !== undefined && { aal: acr }),
  }
}

/** Purpose and legal basis: what the header names, or what the protocol's credential states. Text that is no code of ours is not kept. */
function purposeOf({ purposes: taken, stated }: Action, named: unknown): Pick<AuditEntry, 'purpose' | 'legalBasis'> {
  const purpose: PurposeCode | undefined = taken === 'credential' ? stated : isPurposeCode(named) ? named : undefined
  return purpose === undefined ? {} : { purpose, legalBasis: purposes[purpose].legalBasis }
}

/** The part of an entry that says what it was about. */
export function aboutOf(action: Pick<Action, 'resource'>, about: About) {
  const { subjects = [], resource = {}, fields, resultCount, range } = about
  return {
    subjects: [...new Set(subjects)],
    resource: {
      type: action.resource,
      ...(resource.id !== undefined && { id: resource.id }),
      ...(resource.version !== undefined && { version: resource.version }),
    },
    ...(fields !== undefined && { fields: [...fields] }),
    ...(resultCount !== undefined && { resultCount }),
    ...(range !== undefined && { range: { ...range } }),
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')
