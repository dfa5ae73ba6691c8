import type { ActionTable } from './actions.ts'

/** What a route says of itself in `config.access`: the action it performs, or why it is open to everyone. */
export type RouteAccess = { readonly action: string } | { readonly open: string }

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
  const [setting, ...others] = Object.keys(access)
  if (others.length > 0 || (setting !== 'action' && setting !== 'open')) {
    return refuse('must declare exactly one of action and open in config.access, and nothing else')
  }
  const declared = access as RouteAccess
  if ('open' in declared) {
    return typeof declared.open === 'string' && declared.open.trim() !== ''
      ? declared
      : refuse('is open without saying why')
  }
  return Object.hasOwn(actions, declared.action) ? declared : refuse(`names the unknown action '${declared.action}'`)
}
