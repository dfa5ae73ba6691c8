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
 * sent and `to` stands before the next that is there, so that the hole shows. A leaf that the next one does not continue (changed in the
 * table) goes alone, under a signature of its own: a run that does not fit its signed head is taken by nobody, and its neighbours would be
 * lost with it.
 * @param cursor the number before the first one wanted
 * @param next the last number given
 */
export function cutRun(stored: readonly StoredLeaf[], cursor: bigint, next: bigint): Run {
  const [first] = stored
  if (!first) return { leaves: [], to: next }
  if (first.seq !== cursor + 1n) return { leaves: [], to: first.seq - 1n }
  const leaves: StoredLeaf[] = []
  let bytes = 0
  for (const [at, leaf] of stored.entries()) {
    bytes += leaf.bytes.length + 4
    const isNext = leaf.seq === first.seq + BigInt(leaves.length)
    const isBroken = isContradicted(leaf, stored[at + 1])
    if (!isNext || (leaves.length > 0 && (isBroken || bytes > runBytes)) || leaves.length === runLeaves) break
    leaves.push(leaf)
    if (isBroken) break
  }
  return { leaves, to: leaves.at(-1)!.seq }
}

/** Whether the next leaf says of this one that it had another hash. */
function isContradicted(leaf: StoredLeaf, next: StoredLeaf | undefined): boolean {
  return next !== undefined && next.seq === leaf.seq + 1n && Buffer.compare(next.prev, leaf.hash) !== 0
}
