import { isPurposeCode, isRole, type PurposeCode, purposes, type Role } from '@haven/contracts'

/** What may be done to which resource, by whom and for what. */
export interface Action {
  /** The kind of thing it touches, e.g. 'referral'. */
  readonly resource: string
  readonly class: ActionClass
  /** Roles that permit it; holding one is enough. */
  readonly roles: readonly Role[]
  /** Purposes a caller may name in Purpose-Of-Use, or 'credential' where a protocol's credential already states the purpose. */
  readonly purposes: readonly PurposeCode[] | 'credential'
  /** The purpose that the credential states, for the record; only with 'credential'. */
  readonly stated?: PurposeCode
  /** What ties the caller to the single record, judged in the query's WHERE; in words, for `GET /why`. */
  readonly relation?: string
}

export type ActionClass = 'management' | 'authentication' | 'authorization' | 'data-access'

export type ActionTable = Readonly<Record<string, Action>>

const classes: readonly string[] = ['management', 'authentication', 'authorization', 'data-access']
const settings: readonly string[] = ['resource', 'class', 'roles', 'purposes', 'stated', 'relation']
const nameShape = /^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)+$/

/**
 * A service's table of actions, checked and given back.
 * @throws TypeError naming the action that nobody could ever perform or that is written wrongly.
 */
export function defineActions<const T extends ActionTable>(table: T): T {
  for (const [name, action] of Object.entries<Action>(table)) {
    const wrong = flawOf(name, action)
    if (wrong) throw new TypeError(`action '${name}' ${wrong}`)
  }
  return table
}

function flawOf(name: string, action: Action): string | undefined {
  if (!nameShape.test(name)) return "is not named like 'referral.list'"
  const unknown = Object.keys(action).find(key => !settings.includes(key))
  if (unknown) return `has the unknown setting '${unknown}'`
  if (typeof action.resource !== 'string' || action.resource === '') return 'names no resource'
  if (!classes.includes(action.class)) return `has no class of ${classes.join(', ')}`
  if (!Array.isArray(action.roles) || action.roles.length === 0) return 'permits no role'
  if (!action.roles.every(isRole)) return 'permits a role that does not exist'
  return flawOfPurposes(action)
}

function flawOfPurposes({ roles, purposes: taken, stated }: Action): string | undefined {
  if (stated !== undefined && (taken !== 'credential' || !isPurposeCode(stated)))
    return "states a purpose that does not exist or that its 'credential' does not state"
  if (taken === 'credential') return undefined
  if (!Array.isArray(taken) || taken.length === 0)
    return "takes no purpose; say 'credential' where the credential states it"
  if (!taken.every(isPurposeCode)) return 'takes a purpose that does not exist'
  // A role whose purposes are all missing could pass the first check and never the second.
  const shutOut = roles.find(role => !taken.some(purpose => purposes[purpose].roles.includes(role)))
  return shutOut && `permits ${shutOut}, who may claim none of its purposes`
}
