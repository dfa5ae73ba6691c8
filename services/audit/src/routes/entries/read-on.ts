import { readSnapshot } from '@haven/db'
import type { Pool } from 'pg'
import type { Filters } from '../../domain/filters.ts'
import { type Completeness, readCompleteness } from '../../store/completeness.ts'
import { type FoundEntry, followEntries } from '../../store/entry-view.ts'

/** Indexes that one look through the log goes through. */
const window = 50_000n

/** What stands in the log behind an index, in its own order. */
export interface ReadOn {
  readonly found: readonly FoundEntry[]
  /** The index up to which everything that fits has been found. */
  readonly to: bigint
  readonly known: Completeness
}

/** Reads on behind an index, cut at the head of one moment. */
export function readOn(
  reader: Pool,
  { filters, above, limit }: { filters: Filters; above: bigint; limit: number },
): Promise<ReadOn> {
  return readSnapshot(reader, async client => {
    const known = await readCompleteness(client)
    const end = known.size - 1n
    if (above >= end) return { found: [], to: above, known }
    const last = above + window < end ? above + window : end
    const found = await followEntries(client, { filters, above, to: last, limit })
    return { found, to: found.length === limit ? found.at(-1)!.index : last, known }
  })
}
