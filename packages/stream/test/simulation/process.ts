import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'

/** A process that can be killed (its memory is gone) and paused (what it was about to do happens later: a zombie). */
export abstract class Process {
  protected readonly timeline: Timeline
  protected readonly random: Random
  #incarnation = 0
  #pausedUntil = 0

  constructor(timeline: Timeline, random: Random) {
    this.timeline = timeline
    this.random = random
  }

  /** Forgets everything and begins. */
  protected abstract begin(): void

  start(): void {
    // One that was killed twice is started twice: what the first start holds ends with it.
    this.onEnd()
    this.#incarnation++
    this.#pausedUntil = 0
    this.begin()
  }

  kill(restartInMs: number): void {
    this.#incarnation++
    this.onEnd()
    this.timeline.after(restartInMs, () => this.start())
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.timeline.now + ms)
  }

  get incarnation(): number {
    return this.#incarnation
  }

  get isPaused(): boolean {
    return this.#pausedUntil > this.timeline.now
  }

  protected onEnd(): void {}

  /** Does something later, if this incarnation lives then, and when it is not paused. */
  protected later(ms: number, run: () => void): void {
    const { incarnation } = this
    const fire = () => {
      if (incarnation !== this.#incarnation) return
      if (this.isPaused) this.timeline.after(this.#pausedUntil - this.timeline.now, fire)
      else run()
    }
    this.timeline.after(ms, fire)
  }
}
