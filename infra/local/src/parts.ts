import type { Log } from './failure.ts'
import { keepRunning, type Part, type Running } from './part.ts'

/** The parts of a system that run, by name. */
export class Parts {
  readonly #log: Log
  readonly #onRunning: () => void
  readonly #ending = new AbortController()
  readonly #parts = new Map<string, Part<Running>>()
  readonly #starting = new Set<Promise<unknown>>()

  /** @param onRunning called each time a part was started again */
  constructor(log: Log, onRunning: () => void) {
    this.#log = log
    this.#onRunning = onRunning
  }

  /** Starts a part and keeps it running until `stop`. */
  async keep<R extends Running>(name: string, start: (signal: AbortSignal) => Promise<R>): Promise<void> {
    const starting = keepRunning({
      name,
      log: this.#log,
      start: signal => start(AbortSignal.any([signal, this.#ending.signal])),
      onRunning: this.#onRunning,
    })
    this.#starting.add(starting)
    try {
      this.#parts.set(name, await starting)
    } finally {
      this.#starting.delete(starting)
    }
  }

  /** What runs under this name, or ran last. */
  current<R extends Running>(name: string): R {
    const part = this.#parts.get(name)
    if (!part) throw new Error(`${name} has not been started`)
    return part.current() as R
  }

  async restart(name: string): Promise<void> {
    await this.#parts.get(name)?.restart()
  }

  /** Ends starts that are under way, then stops each group of parts at once, group after group. */
  async stop(groups: readonly (readonly string[])[]): Promise<void> {
    this.#ending.abort()
    await Promise.allSettled(this.#starting)
    for (const names of groups) await Promise.all(names.map(name => this.#parts.get(name)?.stop()))
  }

  /** Ends everything at once, without a chance to finish anything. */
  kill(): void {
    this.#ending.abort()
    for (const part of this.#parts.values()) {
      try {
        process.kill(-part.current().pid, 'SIGKILL')
      } catch {
        // Gone already.
      }
    }
  }
}
