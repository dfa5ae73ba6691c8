import type { ChainHead, Leaf } from '../../src/chain/leaf.ts'

/** What a leaf is to somebody who has a chain up to a head. */
export type Verdict =
  /** The next one, and it fits. */
  | { is: 'accept'; head: ChainHead }
  /** Had already, the same bytes. */
  | { is: 'duplicate' }
  /** Another leaf at a number that was had already. */
  | { is: 'equivocation' }
  /** Numbers before it are missing: to be asked for. */
  | { is: 'gap'; from: bigint; to: bigint }
  /** The next number, but not made after the leaf before; or older, and nothing is known at its number. */
  | { is: 'misfit' }

/**
 * Judges one leaf of the chain's own producer.
 * @param known hash of the leaf that is on record at this number when it is older than the head
 */
export function judgeLeaf(
  state: ChainHead,
  leaf: Pick<Leaf, 'seq' | 'prev' | 'hash'>,
  known: Uint8Array | null = null,
): Verdict {
  if (leaf.seq > state.seq + 1n) return { is: 'gap', from: state.seq + 1n, to: leaf.seq - 1n }
  if (leaf.seq === state.seq + 1n)
    return isSame(leaf.prev, state.hash) ? { is: 'accept', head: { seq: leaf.seq, hash: leaf.hash } } : { is: 'misfit' }
  const had = leaf.seq === state.seq ? state.hash : known
  if (had === null) return { is: 'misfit' }
  return { is: isSame(had, leaf.hash) ? 'duplicate' : 'equivocation' }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
