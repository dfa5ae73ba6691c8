import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Metrics } from './metrics.ts'
import { routeOf } from './route-of.ts'
import { traceOf } from './trace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C Trace Context for facts and calls that this request causes. */
    readonly traceparent: string
  }
}

// Seconds; the promises of the service lie between (1.5 s of deadlines, 2 s for a refusal).
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5, 10]

/** Rate, errors and duration of each route template (one histogram gives all three) and `request.traceparent`. */
export const requestTelemetry = fp(
  async (app: FastifyInstance, { metrics }: { metrics: Metrics }) => {
    const duration = metrics.meter.createHistogram('http.server.request.duration.seconds', {
      description: 'Seconds to answer, by route template',
      advice: { explicitBucketBoundaries: boundaries },
    })
    app.decorateRequest('traceparent', {
      getter() {
        return traceOf(this.raw).traceparent
      },
    })
    app.addHook('onResponse', async (request, reply) => {
      const { method, route } = routeOf(request)
      duration.record(reply.elapsedTime / 1_000, {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': reply.statusCode,
      })
    })
  },
  { name: 'haven-request-telemetry', fastify: '5.x' },
)
