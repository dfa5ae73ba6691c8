import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/**
 * Ends a connection with its last answer once the service closes. Node closes idle connections when it stops listening, but one with a
 * request in it would be kept alive afterwards and hold the process until its grace is over.
 */
export const endConnections = fp(
  async (app: FastifyInstance) => {
    let closing = false
    app.addHook('preClose', async () => {
      closing = true
    })
    app.addHook('onSend', async (_request, reply) => {
      if (closing) reply.header('connection', 'close')
    })
  },
  { name: 'haven-end-connections', fastify: '5.x' },
)
