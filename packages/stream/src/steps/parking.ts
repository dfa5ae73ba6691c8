/** The cause of an event that waits only because an earlier one of its key is parked. */
export const behindCause = 'behind-parked'

/** A parked event, as far as its order matters. */
export interface ParkedStep {
  readonly epoch: bigint
  readonly seq: bigint
  readonly cause: string
  readonly requested: 'redrive' | 'drop' | null
}

export type KeyStep = { do: 'redrive'; index: number } | { do: 'drop'; index: number } | { do: 'wait' }

/**
 * What may be done with the parked events of one key: any may be dropped on request; only the first may be redriven, or the key's order
 * were lost.
 */
export function nextOfKey(parked: readonly ParkedStep[]): KeyStep {
  const dropped = parked.findIndex(one => one.requested === 'drop')
  if (dropped >= 0) return { do: 'drop', index: dropped }
  const first = firstOf(parked)
  if (first >= 0 && parked[first]!.requested === 'redrive') return { do: 'redrive', index: first }
  return { do: 'wait' }
}

/** After the first of a key has gone: the one behind it follows by itself, unless it has a cause of its own. */
export function followsByItself(parked: readonly ParkedStep[]): number | null {
  const first = firstOf(parked)
  if (first < 0) return null
  const { cause, requested } = parked[first]!
  return cause === behindCause && requested === null ? first : null
}

function firstOf(parked: readonly ParkedStep[]): number {
  let first = -1
  for (const [index, one] of parked.entries()) if (first < 0 || isBefore(one, parked[first]!)) first = index
  return first
}

function isBefore(a: ParkedStep, b: ParkedStep): boolean {
  return a.epoch === b.epoch ? a.seq < b.seq : a.epoch < b.epoch
}
