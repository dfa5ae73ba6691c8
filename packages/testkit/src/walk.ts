import { randomUUID } from 'node:crypto'
import type { ActionTable, DeclaredRoute, GuardedRoute } from '@haven/access'
import { type Role, roles } from '@haven/contracts'

/** A route that is judged and recorded, as a walk over all of them goes through it. */
export interface GuardedStep {
  /** E.g. `GET /cases/:id`; a test needs a way for each. */
  readonly name: string
  readonly method: string
  /** The template. */
  readonly url: string
  readonly access: GuardedRoute
  /** A role that may not; absent where all may. */
  readonly refused: Role | undefined
  /** The address of something that is not there; absent where the template names nothing. */
  readonly absent: string | undefined
}

/** The guarded routes of a service, from its own declarations: a new one is walked without anybody having to think of it. */
export function guardedSteps(declared: readonly DeclaredRoute[], actions: ActionTable): GuardedStep[] {
  return declared.flatMap(({ method, url, access }) => {
    if ('open' in access) return []
    const permitted: readonly Role[] = actions[access.action]?.roles ?? []
    const refused = roles.find(role => !permitted.includes(role))
    const absent = url.includes(':id') ? url.replace(':id', randomUUID()) : undefined
    return [{ name: `${method} ${url}`, method, url, access, refused, absent }]
  })
}
