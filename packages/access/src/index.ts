export { type Action, type ActionClass, type ActionTable, defineActions } from './actions.ts'
export { type Decision, type DenialReason, decide, type Question } from './decide.ts'
export type { RouteAccess } from './declaration.ts'
export { type AccessOptions, type Attempt, access, type GrantedAccess } from './plugin.ts'
