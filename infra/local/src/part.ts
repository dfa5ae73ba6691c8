import type { Log } from './failure.ts'

/** Something that runs as a process. */
export interface Running {
  pid: number
  /** Resolves when it is gone, by whatever cause. */
  exited: Promise<void>
  stop(): Promise<void>
}

export interface PartOptions<R extends Running> {
  name: string
  /** Resolves when the part is ready to work; `signal` ends it half-way. */
  start(signal: AbortSignal): Promise<R>
  /** Called each time the part runs, with its new pid. */
  onRunning?(running: R): void
  log: Log
}

/** A part of the system that is started again whenever it ends by itself. */
export interface Part<R extends Running> {
  /** What runs now, or ran last. */
  current(): R
  /** Stops it and starts it again. Rejects when it does not come up; it is then tried again and again as after a crash. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const firstPauseMs = 200
const longestPauseMs = 5_000
const steadyMs = 10_000

/** The pause before start number `attempt` (from 0) of a part that keeps ending. */
export function pauseMs(attempt: number): number {
  return Math.min(firstPauseMs * 2 ** attempt, longestPauseMs)
}

/** Starts a part and keeps it running. Rejects when it does not start the first time: that is for a person to look at. */
export async function keepRunning<R extends Running>(options: PartOptions<R>): Promise<Part<R>> {
  const { name, log } = options
  // Each turn owns the part until a restart or a stop begins the next one.
  let turn = new AbortController()
  let current: R
  await launch(turn.signal)

  async function launch(signal: AbortSignal): Promise<void> {
    const running = await options.start(signal)
    if (signal.aborted) {
      await running.stop()
      signal.throwIfAborted()
    }
    current = running
    options.onRunning?.(running)
  }

  async function guard(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      const since = performance.now()
      await current.exited
      if (signal.aborted) return
      if (performance.now() - since > steadyMs) attempt = 0
      log.warn(`${name} ended by itself; starting it again`)
      attempt = await revive(signal, attempt)
    }
  }

  async function revive(signal: AbortSignal, from: number): Promise<number> {
    for (let attempt = from; ; attempt++) {
      await sleep(pauseMs(attempt))
      if (signal.aborted) return attempt
      try {
        await launch(signal)
        log.info(`${name} runs again`)
        return attempt
      } catch (error) {
        if (signal.aborted) return attempt
        log.warn(`${name} did not start: ${(error as Error).message}`)
      }
    }
  }

  void guard(turn.signal)
  return {
    current: () => current,
    async restart() {
      turn.abort()
      turn = new AbortController()
      const { signal } = turn
      await current.stop()
      try {
        await launch(signal)
        void guard(signal)
      } catch (error) {
        void revive(signal, 3).then(() => guard(signal))
        throw error
      }
    },
    async stop() {
      turn.abort()
      await current.stop()
    },
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
