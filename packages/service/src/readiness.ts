import type { FastifyBaseLogger } from 'fastify'

/** Named checks; one that rejects or takes longer than a second fails. */
export type Readiness = Readonly<Record<string, () => Promise<void>>>

export interface ReadinessState {
  readonly ready: boolean
  readonly checks: Record<string, 'ok' | 'failing'>
}

const checkTimeoutMs = 1_000

/** Runs all checks side by side; why one fails stands in the log, once when it begins. */
export function readinessReporter(checks: Readiness, log: FastifyBaseLogger): () => Promise<ReadinessState> {
  const failing = new Set<string>()
  async function run(name: string, check: () => Promise<void>): Promise<[string, 'ok' | 'failing']> {
    try {
      await within(checkTimeoutMs, check())
      if (failing.delete(name)) log.info({ check: name }, 'readiness check passes again')
      return [name, 'ok']
    } catch (error) {
      if (!failing.has(name)) log.warn({ check: name, err: error }, 'readiness check fails')
      failing.add(name)
      return [name, 'failing']
    }
  }
  return async () => {
    const results = await Promise.all(Object.entries(checks).map(([name, check]) => run(name, check)))
    return { ready: results.every(([, state]) => state === 'ok'), checks: Object.fromEntries(results) }
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
