import type { FastifyRequest } from 'fastify'

/** Stands for a route where there is none. */
export const unmatched = 'unmatched'

/** Method and route template of a request; the address itself may hold an identifier or a search text. */
export function routeOf(request: FastifyRequest): { method: string; route: string } {
  return { method: request.method, route: (request.is404 ? undefined : request.routeOptions.url) ?? unmatched }
}
