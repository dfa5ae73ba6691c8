import type { BusError } from '../errors.ts'

/** What keeps one publisher or subscription out at present. */
export interface Barrier {
  /** Remembers an error that bars, forgets on `null`. Answers whether this began or ended it. */
  set(error: BusError | null): boolean
  current(): BusError | null
}

/** A broker answers pings to whoever may sign in; what it refuses them is seen by those who send and read only, and shown by the ping. */
export function createBarriers(): { open(): Barrier; throwFirst(): void } {
  const standing = new Map<Barrier, BusError>()
  return {
    open() {
      const barrier: Barrier = {
        set(error) {
          const stood = standing.has(barrier)
          if (error?.bars) standing.set(barrier, error)
          else standing.delete(barrier)
          return stood !== standing.has(barrier)
        },
        current: () => standing.get(barrier) ?? null,
      }
      return barrier
    },
    throwFirst() {
      for (const error of standing.values()) throw error
    },
  }
}
