import type { FastifyRequest } from 'fastify'

const shown = new WeakMap<FastifyRequest, readonly string[]>()

/** Says whom an answer shows; people whose surrogate was erased are no longer anybody. */
export function shows(request: FastifyRequest, people: readonly { surrogate: string | null }[]): void {
  const surrogates = people.map(({ surrogate }) => surrogate)
  shown.set(
    request,
    surrogates.filter(surrogate => surrogate !== null),
  )
}

/** The audit surrogates of whom an answer shows, for the declaration of a route. @throws when its handler did not say: it does not answer then */
export function shownTo(request: FastifyRequest): readonly string[] {
  const subjects = shown.get(request)
  if (subjects === undefined) throw new Error('a handler did not say whom its answer shows')
  return subjects
}
