import { randomUUID } from 'node:crypto'
import { type AuditEntry, entryBytes, type PurposeCode, purposes } from '@haven/contracts'
import { isSampled, readTraceparent } from '@haven/telemetry/spans'
import { type About, aboutOf } from './make-entry.ts'
import type { NewEntry } from './write-work.ts'

/** What a part of a service that acts without a request records under its own name. */
export interface SystemPart {
  readonly service: string
  /** The consumer or job, e.g. `inbound`. */
  readonly part: string
  /** The action's name, e.g. `inbound.apply`. */
  readonly action: string
  /** The kind of thing it touches. */
  readonly resource: string
  readonly purpose: PurposeCode
  /** The rules that it follows. */
  readonly policy: AuditEntry['policy']
}

/** One doing of it. */
export interface SystemDoing extends About {
  readonly at: Date
  /** Id of the fact that caused it. */
  readonly cause: string
  readonly outcome?: AuditEntry['outcome']
  readonly reason?: string
  /** The organisation whose event it was. */
  readonly onBehalfOf?: string
  readonly traceparent?: string | undefined
}

/**
 * The entry of a consumer or job that opened sealed data or changed a person's record, under `system:<service>.<part>`. To be collected in the unit of
 * work of the effect, so that neither is without the other.
 */
export function systemRecord(
  { service, part, action, resource, purpose, policy }: SystemPart,
  doing: SystemDoing,
): NewEntry {
  const { at, cause, outcome = 'success', reason, onBehalfOf, traceparent } = doing
  const trace = readTraceparent(traceparent)
  const entry = entryBytes({
    id: randomUUID(),
    occurredAt: at.toISOString(),
    action,
    class: 'data-access',
    outcome,
    ...(reason !== undefined && { reason }),
    actor: { id: `system:${service}.${part}`, type: 'system' },
    ...(onBehalfOf !== undefined && { onBehalfOf: { type: 'organisation', id: onBehalfOf } }),
    purpose,
    legalBasis: purposes[purpose].legalBasis,
    ...aboutOf({ resource }, doing),
    ...(trace && { trace: trace.traceId, ...(isSampled(trace) && { span: trace.spanId }) }),
    cause,
    policy,
    service,
  })
  return { entry }
}
