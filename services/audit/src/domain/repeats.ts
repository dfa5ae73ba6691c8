import type { Leaf } from './leaf.ts'
import { occurredAt } from './projection.ts'

/** Clocks of the processes of an installation differ by less than this. */
const clockSkewMs = 3_600_000

/**
 * Which leaves may hold an entry that the log has already. That happens in one way: a service's database is restored from a backup, and what lay in its
 * outbox then is chained a second time in the new epoch. So entries are looked up only of a service with more than one epoch, and of those only what was
 * made before the last one was opened.
 * @param storedAt stands for a time that is none
 * @param producers every one that is known, `service/epoch`
 * @returns positions in `leaves`
 */
export function mayRepeat(leaves: readonly Leaf[], storedAt: Date, producers: Iterable<string>): readonly number[] {
  const epochs = Map.groupBy(new Set([...producers, ...leaves.map(leaf => leaf.producer)]), serviceOf)
  const opened = new Map(
    [...epochs].flatMap(([service, all]) => (all.length > 1 ? [[service, Math.max(...all.map(epochOf))]] : [])),
  )
  if (opened.size === 0) return []
  return leaves.flatMap((leaf, at) => {
    const last = opened.get(serviceOf(leaf.producer))
    return last !== undefined && occurredAt(leaf, storedAt).getTime() < last + clockSkewMs ? [at] : []
  })
}

const serviceOf = (producer: string): string => producer.split('/')[0]!

/** The milliseconds since 1970 at which it was opened. */
const epochOf = (producer: string): number => Number(producer.split('/')[1])
