import { createHash } from 'node:crypto'
import { type AuditEntry, canonicalBytes, purposes } from '@haven/contracts'
import type { ActionTable } from '../actions.ts'

/** The rules that judge in a service, by name and by content: two processes with the same rules say the same. */
export function policyOf(service: string, actions: ActionTable): AuditEntry['policy'] {
  const rules = canonicalBytes(JSON.parse(JSON.stringify({ actions, purposes })))
  return { id: `haven.${service}.actions`, version: createHash('sha256').update(rules).digest('base64url') }
}
