import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import { Problem } from '@haven/problem'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface LoadLimit {
  /** Milliseconds that a turn of the event loop may take, the mean of the last second. */
  readonly loopDelayMs: number
}

// A request waits for several turns: with more than this none is answered in time. Far less than this is a machine that is merely busy, and a turn
// that is long once must not turn everybody away.
export const defaultLoadLimit: LoadLimit = { loopDelayMs: 1_000 }

const sampleIntervalMs = 1_000
// Beyond it V8 does little but collect garbage, and then ends the process with everything that runs in it.
const heapShare = 0.9

/** Turns requests away before anything is done for them while the process cannot keep up; `unlimited` routes are answered. */
export const refuseOverload = fp(
  async (app: FastifyInstance, limit: LoadLimit) => {
    await app.register(underPressure, {
      sampleInterval: sampleIntervalMs,
      maxEventLoopDelay: limit.loopDelayMs,
      maxHeapUsedBytes: heapShare * getHeapStatistics().heap_size_limit,
      async pressureHandler(request, _reply, type, value) {
        if (request.routeOptions.config.unlimited) return
        throw new Problem('overloaded', { internal: `${type} ${Math.round(value ?? 0)}` })
      },
    })
  },
  { name: 'haven-refuse-overload', fastify: '5.x' },
)
