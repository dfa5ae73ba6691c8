import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

// The deadlines of database and Kafka end every request sooner. What is left then is a body that does not arrive, and what is closed after the
// listener (consumers, relay, pools) needs its part of the grace.
const patienceMs = 5_000

/**
 * Ends a connection with its last answer once the service closes, and every connection 5 s later. Node closes idle connections when it stops
 * listening, but one with a request in it would be kept alive afterwards and hold the process until its grace is over.
 */
export const endConnections = fp(
  async (app: FastifyInstance) => {
    let closing = false
    app.addHook('preClose', async () => {
      closing = true
      setTimeout(() => app.server.closeAllConnections(), patienceMs).unref()
    })
    app.addHook('onSend', async (_request, reply) => {
      if (closing) reply.header('connection', 'close')
    })
  },
  { name: 'haven-end-connections', fastify: '5.x' },
)
