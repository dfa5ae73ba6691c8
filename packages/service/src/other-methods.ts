import { Problem } from '@haven/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

type NotFoundHandler = (request: FastifyRequest, reply: FastifyReply) => unknown

/**
 * Lets an address that exists say which methods it takes (405 with Allow, RFC 9110 section 15.5.6), where a router knows none but the method
 * that was tried. Which addresses there are is public: the OpenAPI document lists them.
 */
export function namingOtherMethods(app: FastifyInstance, notFound: NotFoundHandler): NotFoundHandler {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, new Set([...(methods.get(url) ?? []), ...[method].flat()]))
  })
  return (request, reply) => {
    const path = request.url.split('?', 1)[0] as string
    const [, taken] = [...methods].find(([template]) => fits(template, path)) ?? []
    if (taken === undefined || taken.has(request.method)) return notFound(request, reply)
    throw new Problem('method-not-allowed', { headers: { allow: [...taken].sort().join(', ') } })
  }
}

/** Whether a path could be one of the template's, in which `:name` stands for any one segment. */
function fits(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => part === given[at] || (part[0] === ':' && given[at] !== ''))
  )
}
