const idleMs = 200
const longestIdleMs = 1_000

/** When the next round begins: at once after work or a wake, else after a pause that grows from 200 ms to 1 s. */
export class Pace {
  #pauseMs = idleMs
  #isWoken = false
  #end: (() => void) | null = null

  /** Something was written, or must be noticed. Cheap; call it after every commit. */
  wake(): void {
    this.#isWoken = true
    this.#end?.()
  }

  async next(worked: boolean): Promise<void> {
    if (worked || this.#isWoken) this.#pauseMs = idleMs
    if (!worked && !this.#isWoken) {
      await this.#sleep(this.#pauseMs)
      this.#pauseMs = Math.min(this.#pauseMs * 1.5, longestIdleMs)
    }
    this.#isWoken = false
  }

  /** A pause that no wake ends. */
  pause(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms))
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#end = () => {
      clearTimeout(timer)
      resolve()
    }
    await promise
    this.#end = null
  }
}
