import type { Principal } from '@haven/auth'
import { purposes } from '@haven/contracts'
import type { Action } from './actions.ts'
import type { DenialReason } from './decide.ts'

/** What would have been allowed, for the caller: the same as the API documentation says. */
export function remedyOf(reason: DenialReason, action: Action, principal: Pick<Principal, 'roles'>): string {
  if (reason === 'role-not-permitted') {
    return `This takes the role ${action.roles.join(' or ')}: ask your organisation for it.`
  }
  const held = action.roles.filter(role => principal.roles.includes(role))
  const open = action.purposes === 'credential' ? [] : action.purposes
  const yours = open.filter(purpose => purposes[purpose].roles.some(role => held.includes(role)))
  return `Name one purpose in the header Purpose-Of-Use; here you may name ${yours.join(', ') || 'none'}.`
}
