import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { routeOf } from './route-of.ts'

/**
 * One line a request, when it is over: request and trace id (bound by the child logger), route template, status, duration. Fastify's own
 * lines name the URL with its query, so every one that could is replaced.
 */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request' })
  }

  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = { ...routeOf(request), status: reply.statusCode, durationMs: Math.round(reply.elapsedTime * 10) / 10 }
    if (error) reply.log.error({ ...line, thrown: error }, 'request errored')
    else reply.log.info(line, 'request completed')
  }

  override defaultErrorLog(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    reply.log.error({ ...routeOf(request), status: reply.statusCode, thrown: error }, 'error without an answer of ours')
  }

  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    reply.log.warn({ ...routeOf(request), thrown: error }, 'answer broke off')
  }

  override routeNotFound(): void {}

  override writeHeadError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    reply.log.warn({ ...routeOf(request), thrown: error }, 'head of the answer could not be written')
  }
}
