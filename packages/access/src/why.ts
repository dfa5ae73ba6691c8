import type { Principal } from '@haven/auth'
import { type PurposeCode, purposes, type Role, roles } from '@haven/contracts'
import { type ActionTable, defineActions } from './actions.ts'
import { type DenialReason, decide } from './decide.ts'

/** What every service can do beside its own: explain its decisions to whoever they are about. */
export const ownActions = defineActions({
  'access.why': { resource: 'policy', class: 'authorization', roles: [...roles], purposes: 'credential' },
})

/** Why an action is open to a caller or not. */
export interface Explanation {
  readonly action: string
  readonly allowed: boolean
  /** The code that a request would be refused with. */
  readonly reason?: DenialReason
  /** The role that would be used. */
  readonly role?: Role
  readonly purpose?: PurposeCode
  readonly legalBasis?: string
  readonly rule: {
    readonly roles: readonly Role[]
    readonly purposes: readonly PurposeCode[] | 'credential'
    /** What ties the caller to the single record; whether it holds is judged on the record, and absent and refused look alike. */
    readonly relation?: string
  }
}

/** The rule, role and purpose that allow or refuse an action, by the very function that decides; nothing for an action that does not exist. */
export function explain(
  question: {
    readonly principal: Pick<Principal, 'roles'>
    readonly action: string
    readonly purpose: string | undefined
  },
  actions: ActionTable,
): Explanation | undefined {
  const { principal, action: name, purpose: named } = question
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) return undefined
  const decision = decide({ principal, action, purpose: named })
  const { roles: permitted, purposes: taken, relation } = action
  const rule = { roles: permitted, purposes: taken, ...(relation !== undefined && { relation }) }
  if (!decision.allowed) return { action: name, allowed: false, reason: decision.reason, rule }
  const purpose = decision.purpose ?? action.stated
  return {
    action: name,
    allowed: true,
    role: decision.role,
    ...(purpose !== undefined && { purpose, legalBasis: purposes[purpose].legalBasis }),
    rule,
  }
}
