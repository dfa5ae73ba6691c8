import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import { noteFirstRefusal } from '@haven/access'
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
    /** `true` on probes and metrics: no limit must make a busy process look dead. */
    unlimited?: boolean
  }
}

/** Counts before anything is verified, in this process only: with n processes behind a balancer a client has n times as much. */
export const limitRequests = fp(
  async (app: FastifyInstance, limit: RateLimit) => {
    await app.register(rateLimit, { global: false })
    const count = app.createRateLimit({ max: limit.max, timeWindow: limit.windowMs, keyGenerator: clientKey })
    const refused = firstRefusals()
    app.addHook('onRequest', async request => {
      if (request.routeOptions.config.unlimited) return
      const usage = await count(request)
      if (usage.isAllowed || !usage.isExceeded) return
      if (refused.isFirst(usage.key, usage.ttl)) noteFirstRefusal(request)
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

/** Tells a client's first refusal in its window, which gets an entry in the record, from those after it. */
function firstRefusals() {
  const endOf = new Map<string, number>()
  return {
    isFirst(client: string, windowLeftMs: number): boolean {
      const now = Date.now()
      if ((endOf.get(client) ?? 0) > now) return false
      // As many as the limiter itself remembers; windows that are over go first.
      if (endOf.size >= maxClients) for (const [key, end] of endOf) if (end <= now) endOf.delete(key)
      if (endOf.size >= maxClients) endOf.clear()
      endOf.set(client, now + windowLeftMs)
      return true
    },
  }
}

const maxClients = 5_000
