import { Problem } from '@haven/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** Headers of every answer. `id` is the request's, as its entry in the access record, its log lines and `instance` of a problem have it. */
export function answerHeaders(id: string): Record<string, string> {
  return { 'x-request-id': id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
}

/**
 * Gives every answer its headers, and takes over the two refusals that Node would write itself, without any: HTTP/1.1 without Host is a problem, and
 * an expectation other than 100-continue is passed over, as RFC 9110 section 10.1.1 lets a server do. Needs `requireHostHeader: false` of the server.
 */
export const headAnswers = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(answerHeaders(request.id))
      if (request.raw.httpVersion === '1.1' && request.headers.host === undefined)
        throw new Problem('malformed-request', { detail: 'Name the host in the header Host.' })
    })
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  },
  { name: 'haven-answer-headers', fastify: '5.x' },
)
