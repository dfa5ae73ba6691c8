import type { AuditEntry } from '../src/index.ts'

/** An entry as a list of referrals makes it, with parts replaced. */
export function entry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    occurredAt: '2026-03-01T10:00:00.000Z',
    action: 'referral.list',
    class: 'data-access',
    outcome: 'success',
    actor: { id: 'worker-1', type: 'person', org: 'Harbour Programme', roles: ['caseworker'], role: 'caseworker' },
    purpose: 'assistance',
    legalBasis: 'CETS 197 art. 12',
    subjects: ['9b2d7f6a-5c1e-4d3b-8a70-1f2e3d4c5b6a'],
    resource: { type: 'referral' },
    fields: ['firstName'],
    resultCount: 20,
    client: { ip: '192.0.2.1', agentHash: 'A'.repeat(43) },
    session: 'B'.repeat(43),
    request: '0198a0b0-0000-4000-8000-000000000001',
    trace: '0af7651916cd43dd8448eb211c80319c',
    policy: { id: 'haven.intake.actions', version: 'C'.repeat(43) },
    service: 'intake',
    ...change,
  }
}
