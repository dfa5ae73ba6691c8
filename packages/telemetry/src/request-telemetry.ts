import { type Span, SpanStatusCode } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Metrics } from './metrics.ts'
import { routeOf, unmatched } from './route-of.ts'
import { traceOf } from './trace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C Trace Context for facts and calls that this request causes. */
    readonly traceparent: string
  }
}

// Seconds; the promises of the service lie between (1.5 s of deadlines, 2 s for a refusal).
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5, 10]

/** Rate, errors and duration of each route template (one histogram gives all three), the end of the request's span, and `request.traceparent`. */
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
      endRequest(traceOf(request.raw).span, { method, route, status: reply.statusCode })
      duration.record(reply.elapsedTime / 1_000, {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': reply.statusCode,
      })
    })
  },
  { name: 'haven-request-telemetry', fastify: '5.x' },
)

function endRequest(span: Span, { method, route, status }: { method: string; route: string; status: number }): void {
  if (!span.isRecording()) return
  if (route !== unmatched) span.updateName(`${method} ${route}`).setAttribute('http.route', route)
  span.setAttribute('http.response.status_code', status)
  if (status >= 500) span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}
