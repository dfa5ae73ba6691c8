/** Facts of one stream in one round, at most. */
export const largestBite = 500
/** Bytes of one stream in one round: Kafka takes batches of 1 MB. */
export const biteBytes = 700_000

/** How many of the records go into this round: as many as fit, and always one. */
export function fitting(sizes: readonly number[], bytes: number = biteBytes): number {
  let sum = 0
  for (const [index, size] of sizes.entries()) {
    sum += size
    if (sum > bytes) return Math.max(index, 1)
  }
  return sizes.length
}

/** How many facts to read next time, so that large facts are not read again and again to be cut off. */
export function nextBite(read: number, taken: number, bite: number): number {
  if (taken < read) return taken + 1
  return Math.min(largestBite, bite * 2)
}
