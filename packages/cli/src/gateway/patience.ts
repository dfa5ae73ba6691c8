import { CliFailure } from '../failure.ts'

/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds. */
  now(): number
  sleep(ms: number): Promise<void>
}

/** What a failed attempt says when another may succeed: the other side is not there, or asked to come back later. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
  /** Milliseconds that the other side asked to wait. */
  readonly afterMs: number | undefined

  constructor(message: string, { afterMs, cause }: { afterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause })
    this.afterMs = afterMs
  }
}

/** How long to go on, and whom to tell. */
export interface Patience {
  clock: Clock
  /** Milliseconds without success after which it is given up. */
  limitMs: number
  /** Called before each wait with what keeps us waiting. */
  onWait?: (reason: string) => void
  /** What to do when it is given up. */
  remedy?: string
}

const firstPauseMs = 200
const longestPauseMs = 10_000

/**
 * Attempts until one does not end by TryAgain. Pauses double from 0.2 to 10 s, and are never shorter than what the other side asked for.
 * @throws CliFailure when the next attempt would begin after the limit; whatever else an attempt throws
 */
export async function persist<T>(
  attempt: (first: boolean) => Promise<T>,
  { clock, limitMs, onWait, remedy = 'run the same command again later, it goes on where it stopped' }: Patience,
): Promise<T> {
  const started = clock.now()
  for (let pauseMs = firstPauseMs, first = true; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs), first = false) {
    try {
      return await attempt(first)
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error
      const waitMs = Math.max(pauseMs, error.afterMs ?? 0)
      if (clock.now() - started + waitMs > limitMs) {
        const seconds = Math.round(limitMs / 1000)
        throw new CliFailure(`${error.message}, and that for ${seconds} s; ${remedy}.`, { cause: error })
      }
      onWait?.(error.message)
      await clock.sleep(waitMs)
    }
  }
}

/** Milliseconds that a `Retry-After` asks for (seconds or an HTTP date); undefined when it says nothing of use. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const asked = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(asked) && asked > 0 ? asked : undefined
}
