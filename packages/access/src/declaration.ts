import type { FastifyRequest } from 'fastify'
import type { ActionTable } from './actions.ts'

type Declared<T> = (request: FastifyRequest, payload: unknown) => T

/** A route that is judged and recorded. */
export interface GuardedRoute {
  /** Of the service's table. */
  readonly action: string
  /** Audit surrogates of everyone whom an answer shows, from its payload before it is serialised; 'none' where an answer shows nobody. */
  readonly subjects?: Declared<readonly string[]> | 'none'
  /** Unless told, the action's resource with `id` of the path. */
  readonly resource?: Declared<{ readonly id?: string; readonly version?: number }>
  /** Names of what is shown or given, never values. */
  readonly fields?: readonly string[]
  /**
   * What the route may answer beside a whole answer with one entry: a `recordedStream`, with an entry for each chunk, or a `recordedFeed`, with one at its
   * opening and one at its closing. Any other stream is refused.
   */
  readonly streams?: 'chunks' | 'feed'
}

/** What a route says of itself in `config.access`: the action it performs and whom it shows, or why it is open to everyone. */
export type RouteAccess = GuardedRoute | { readonly open: string }

/**
 * The declaration of a route, checked when the route is added so that a mistake keeps the service from starting.
 * @throws Error naming the route.
 */
export function checkDeclaration(access: unknown, actions: ActionTable, route: string): RouteAccess {
  const refuse = (why: string): never => {
    throw new Error(`route ${route} ${why}`)
  }
  if (typeof access !== 'object' || access === null) {
    return refuse("declares no access; give it config: { access: { action: '…' } } or { access: { open: 'why' } }")
  }
  const declared = access as RouteAccess
  const allowed = 'open' in declared ? openSettings : guardedSettings
  if (!('open' in declared || 'action' in declared) || Object.keys(declared).some(key => !allowed.includes(key))) {
    return refuse(
      'must declare exactly one of action and open in config.access; with an action subjects, resource, fields and streams, and nothing else',
    )
  }
  if ('open' in declared) {
    return typeof declared.open === 'string' && declared.open.trim() !== ''
      ? declared
      : refuse('is open without saying why')
  }
  if (!Object.hasOwn(actions, declared.action)) return refuse(`names the unknown action '${declared.action}'`)
  if (declared.streams !== undefined && !['chunks', 'feed'].includes(declared.streams))
    return refuse("streams something unknown; say 'chunks' or 'feed'")
  if (actions[declared.action]?.class === 'data-access' && declared.subjects === undefined) {
    return refuse(
      "does not say whom it shows; give it subjects: a function that names their audit surrogates, or 'none'",
    )
  }
  return declared
}

const openSettings: readonly string[] = ['open']
const guardedSettings: readonly string[] = ['action', 'subjects', 'resource', 'fields', 'streams']
