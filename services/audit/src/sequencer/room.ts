import type { Pool } from 'pg'
import type { Leaf } from '../domain/leaf.ts'
import { occurredAt } from '../domain/projection.ts'
import { makePartition, partitionSize } from '../store/log.ts'
import { makeMonth } from '../store/projection.ts'

/**
 * Makes partitions before they are needed, outside of the batch: one that another process makes at the same moment must not undo it. Months only for times
 * near now; a clock that is wrong writes into the default partition and makes none.
 */
export function roomMaker(pool: Pool) {
  const made = new Set<string>()
  const once = async (name: string, make: () => Promise<void>): Promise<void> => {
    if (made.has(name)) return
    await make()
    made.add(name)
  }
  return async (size: bigint, leaves: readonly Leaf[], at: Date): Promise<void> => {
    const last = size + BigInt(leaves.length) + partitionSize / 2n
    for (let part = size / partitionSize; part <= last / partitionSize; part++) {
      await once(`entry ${part}`, () => makePartition(pool, part))
    }
    for (const month of monthsOf(leaves, at)) await once(`month ${month}`, () => makeMonth(pool, month))
  }
}

function monthsOf(leaves: readonly Leaf[], at: Date): Set<string> {
  const months = new Set<string>()
  for (const leaf of leaves) {
    const time = occurredAt(leaf, at)
    if (isNear(time, at)) months.add(`${time.getUTCFullYear()}-${time.getUTCMonth() + 1}`)
  }
  return months
}

const dayMs = 86_400_000
const isNear = (time: Date, now: Date): boolean =>
  time.getTime() > now.getTime() - 400 * dayMs && time.getTime() < now.getTime() + 2 * dayMs
