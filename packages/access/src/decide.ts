import type { Principal } from '@haven/auth'
import { isPurposeCode, type PurposeCode, purposes, type Role } from '@haven/contracts'
import type { Action } from './actions.ts'

export type DenialReason = 'role-not-permitted' | 'purpose-required' | 'purpose-unknown' | 'purpose-not-permitted'

export type Decision =
  | { readonly allowed: true; readonly role: Role; readonly purpose?: PurposeCode }
  | { readonly allowed: false; readonly reason: DenialReason }

export interface Question {
  readonly principal: Pick<Principal, 'roles'>
  readonly action: Action
  /** The header Purpose-Of-Use as it came. */
  readonly purpose: string | undefined
}

/**
 * Whether a principal may perform an action for a purpose: deny by default. The role that is used is the first of the
 * action's that the principal holds and that may claim the purpose. The relation to the single case
 * is not judged here but in the query's WHERE.
 */
export function decide({ principal, action, purpose }: Question): Decision {
  const held = action.roles.filter(role => principal.roles.includes(role))
  const first = held[0]
  if (first === undefined) return denied('role-not-permitted')
  if (action.purposes === 'credential') return { allowed: true, role: first }
  if (purpose === undefined) return denied('purpose-required')
  if (!isPurposeCode(purpose)) return denied('purpose-unknown')
  const role = held.find(candidate => purposes[purpose].roles.includes(candidate))
  if (role === undefined || !action.purposes.includes(purpose)) return denied('purpose-not-permitted')
  return { allowed: true, role, purpose }
}

function denied(reason: DenialReason): Decision {
  return { allowed: false, reason }
}
