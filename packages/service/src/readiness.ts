import type { FastifyBaseLogger } from 'fastify'

type Check = () => Promise<void>

/**
 * Named checks; one that rejects or takes longer than a second fails. What only `degrades` a service has to pass once; from then on it is
 * shown when it fails, and the service goes on serving.
 */
export type Readiness = Readonly<Record<string, Check | { readonly degrades: Check }>>

export type CheckState = 'ok' | 'degraded' | 'failing'

export interface ReadinessState {
  readonly status: 'ready' | 'degraded' | 'not-ready'
  readonly checks: Record<string, CheckState>
}

const checkTimeoutMs = 1_000

/** Runs all checks side by side; why one fails stands in the log, once when it begins. */
export function readinessReporter(checks: Readiness, log: FastifyBaseLogger): () => Promise<ReadinessState> {
  const failing = new Set<string>()
  const passed = new Set<string>()
  async function run(name: string, check: Readiness[string]): Promise<[string, CheckState]> {
    const degrades = typeof check === 'object'
    try {
      await within(checkTimeoutMs, degrades ? check.degrades() : check())
      passed.add(name)
      if (failing.delete(name)) log.info({ check: name }, 'readiness check passes again')
      return [name, 'ok']
    } catch (error) {
      if (!failing.has(name)) log.warn({ check: name, err: error }, 'readiness check fails')
      failing.add(name)
      return [name, degrades && passed.has(name) ? 'degraded' : 'failing']
    }
  }
  return async () => {
    const results = await Promise.all(Object.entries(checks).map(([name, check]) => run(name, check)))
    const is = (state: CheckState) => results.some(([, one]) => one === state)
    const status = is('failing') ? 'not-ready' : is('degraded') ? 'degraded' : 'ready'
    return { status, checks: Object.fromEntries(results) }
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
