import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import { Problem } from '@haven/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

export interface RateLimit {
  /** Requests in a window for one credential, or one address where none is sent. */
  readonly max: number
  readonly windowMs: number
}

export const defaultRateLimit: RateLimit = { max: 3_000, windowMs: 60_000 }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `true` on probes: the limit must not make a busy process look dead. */
    unlimited?: boolean
  }
}

/** Counts before anything is verified, in this process only: with n processes behind a balancer a client has n times as much. */
export const limitRequests = fp(
  async (app: FastifyInstance, limit: RateLimit) => {
    await app.register(rateLimit, { global: false })
    const count = app.createRateLimit({ max: limit.max, timeWindow: limit.windowMs, keyGenerator: clientKey })
    app.addHook('onRequest', async request => {
      if (request.routeOptions.config.unlimited) return
      const usage = await count(request)
      if (usage.isAllowed || !usage.isExceeded) return
      throw new Problem('too-many-requests', { headers: { 'retry-after': String(Math.max(1, usage.ttlInSeconds)) } })
    })
  },
  { name: 'haven-rate-limit', fastify: '5.x' },
)

// The client is not known before its token is verified, which is the costly part; its credential stands for it, as a hash so
// that no token lies in the counter's memory.
function clientKey(request: FastifyRequest): string {
  const credential = request.headers.authorization
  return credential === undefined ? `ip ${request.ip}` : createHash('sha256').update(credential).digest('base64')
}
