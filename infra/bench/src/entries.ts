import { randomBytes, randomUUID } from 'node:crypto'
import { type AuditEntry, entryBytes } from '@haven/contracts'

const digest = (): string => randomBytes(32).toString('base64url')
const policy = { id: 'haven.intake.actions', version: digest() }

/** An entry of a read by one of 50 invented members of staff, in the shape and size that intake makes. */
export function inventedEntry(subjects: readonly string[]): Uint8Array {
  const staff = Math.floor(Math.random() * 50)
  const isList = subjects.length !== 1
  const entry: AuditEntry = {
    id: randomUUID(),
    occurredAt: new Date().toISOString(),
    action: isList ? 'referral.list' : 'referral.read',
    class: 'data-access',
    outcome: 'success',
    actor: { id: `caseworker-${staff}`, type: 'person', org: 'harbour', roles: ['caseworker'], role: 'caseworker' },
    purpose: 'assistance',
    legalBasis: 'consent',
    subjects: [...subjects],
    resource: { type: 'referral', ...(!isList && { id: randomUUID() }) },
    fields: ['firstName', 'secondName', 'birthdate'],
    ...(isList && { resultCount: subjects.length }),
    client: { ip: '127.0.0.1', agentHash: digest() },
    session: digest(),
    request: randomUUID(),
    trace: randomBytes(16).toString('hex'),
    policy,
    service: 'intake',
  }
  return entryBytes(entry)
}

/** Audit surrogates of so many invented people. */
export function surrogates(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID())
}
