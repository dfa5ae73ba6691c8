import type { StoredLeaf } from './leaf.ts'

/** Bytes of leaves in one message (audit.md section 4). */
export const runBytes = 524_288
/** Leaves in one message, whatever their size: a reader applies a message in one transaction. */
export const runLeaves = 1_024

/** What a message takes of the leaves that were read: `to` is the number that is acknowledged with it. */
export interface Run {
  leaves: StoredLeaf[]
  to: bigint
}

/**
 * Cuts the next run from stored leaves in their order: contiguous, at most 512 KiB and always at least one. Where rows are gone nothing is
 * sent and `to` stands before the next that is there, so that the hole shows.
 * @param cursor the number before the first one wanted
 * @param next the last number given
 */
export function cutRun(stored: readonly StoredLeaf[], cursor: bigint, next: bigint): Run {
  const [first] = stored
  if (!first) return { leaves: [], to: next }
  if (first.seq !== cursor + 1n) return { leaves: [], to: first.seq - 1n }
  const leaves: StoredLeaf[] = []
  let bytes = 0
  for (const leaf of stored) {
    bytes += leaf.bytes.length + 4
    const isNext = leaf.seq === first.seq + BigInt(leaves.length)
    if (!isNext || (leaves.length > 0 && bytes > runBytes) || leaves.length === runLeaves) break
    leaves.push(leaf)
  }
  return { leaves, to: leaves.at(-1)!.seq }
}
