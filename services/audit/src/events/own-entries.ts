import { randomUUID } from 'node:crypto'
import { recordStatement } from '@haven/access'
import { type AuditEntry, entryBytes, purposes } from '@haven/contracts'
import { type Finding, isAlarm } from '../domain/findings.ts'

/** The statement that puts what the checks of chains found on the record itself, for the transaction that stores it. */
export function ownEntries(policy: AuditEntry['policy']) {
  return (findings: readonly Finding[], at: Date): { text: string; values: unknown[] } =>
    recordStatement(findings.map(finding => entryBytes(entryOf(finding, at, policy))))
}

function entryOf(finding: Finding, at: Date, policy: AuditEntry['policy']): AuditEntry {
  const { reason } = finding
  return {
    id: randomUUID(),
    occurredAt: at.toISOString(),
    action: 'chain.check',
    class: 'management',
    outcome: isAlarm(finding) ? 'failure' : 'success',
    reason,
    actor: { id: 'system:audit.sequencer', type: 'system' },
    purpose: 'audit',
    legalBasis: purposes.audit.legalBasis,
    subjects: [],
    resource: resourceOf(finding),
    policy,
    service: 'audit',
  }
}

/** The number that it is about stands behind the producer's name; the seconds without Kafka are its id. */
function resourceOf(finding: Finding): AuditEntry['resource'] {
  if ('producer' in finding) return { type: 'producer', id: `${finding.producer}/${finding.seq}` }
  return { type: 'kafka', id: String(finding.awaySeconds) }
}
