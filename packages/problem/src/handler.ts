import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { problemDocument, problemMediaType } from './document.ts'
import { Problem } from './problem.ts'
import { problemOf } from './problem-of.ts'

export interface ProblemHandlerOptions {
  /** The W3C trace id of a request, for `traceId`. */
  readonly traceIdOf?: (request: FastifyRequest) => string | undefined
}

// A client that is told nothing tries again at once; these bound how soon.
const retryAfterSeconds: Readonly<Record<number, string>> = { 429: '60', 503: '5' }

/**
 * The one place where an error becomes an answer: `app.setErrorHandler(handler.onError)` and
 * `app.setNotFoundHandler(handler.onNotFound)`. Needs request ids that are UUIDs.
 */
export function problemHandler(options: ProblemHandlerOptions = {}) {
  function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const problem = problemOf(error)
    log(problem, request)
    const retryAfter = retryAfterSeconds[problem.status]
    if (retryAfter) reply.header('retry-after', retryAfter)
    const document = problemDocument(problem, request.id, options.traceIdOf?.(request))
    // Serialised here: a route's response schema must not be able to drop or add a member of a problem.
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type(problemMediaType)
      .serializer(String)
      .send(JSON.stringify(document))
  }
  return {
    onError: (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) =>
      answer(error, request, reply),
    onNotFound: (request: FastifyRequest, reply: FastifyReply) => answer(new Problem('not-found'), request, reply),
  }
}

// `thrown` rather than `err`: the logger shortens it further, because a caller's input was at hand where it was thrown.
function log(problem: Problem, request: FastifyRequest): void {
  const { code, status, internal } = problem
  const entry = { problem: code, status, ...(internal === undefined ? {} : { internal }) }
  if (status >= 500) request.log.error({ ...entry, thrown: problem.cause ?? problem }, problem.title)
  else request.log.info(entry, problem.title)
}
