/**
 * Why an effect failed. `transient`: the database or the bus is away or not as it must be; the event is not at fault. `poison`: the effect says that it can never be applied.
 * `moved`: another process has taken this number. `other`: perhaps the event's fault, perhaps not.
 */
export type Failure = 'transient' | 'poison' | 'moved' | 'other'

export type AfterFailure = { do: 'retry'; inMs: number; others: number } | { do: 'park' } | { do: 'reload' }

/** Retries of a failure that may be the event's fault. */
export const retriesBeforeParking = 3
const longestPauseMs = 5_000

/**
 * What follows a failed attempt.
 * @param tries attempts that have failed, this one included
 * @param others those of them that were `other`
 */
export function afterFailure(failure: Failure, tries: number, others: number): AfterFailure {
  switch (failure) {
    case 'moved':
      return { do: 'reload' }
    case 'poison':
      return { do: 'park' }
    case 'transient':
      return { do: 'retry', inMs: Math.min(200 * 2 ** Math.min(tries - 1, 10), longestPauseMs), others }
    case 'other':
      if (others >= retriesBeforeParking) return { do: 'park' }
      return { do: 'retry', inMs: 100 * 4 ** others, others: others + 1 }
  }
}
