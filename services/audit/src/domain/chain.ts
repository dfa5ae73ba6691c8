import { type ChainHead, isSame, type Leaf, noHash } from './leaf.ts'

/** Numbers that the log went on behind; `next` to `until` are still missing. */
export interface Gap {
  /** As it was opened: its name. */
  readonly first: bigint
  readonly last: bigint
  readonly next: bigint
  readonly until: bigint
  /** Hash of the leaf before `next`. */
  readonly hashBefore: Uint8Array
  /** Hash that the leaf at `until` must have, since what follows it says so. */
  readonly hashAfter: Uint8Array
  /** Milliseconds since 1970. */
  readonly openedAt: number
  /** Nobody asks for it any more; what comes all the same is still appended. */
  readonly isGivenUp: boolean
}

/** How far one producer's chain is checked. */
export interface Chain {
  readonly seq: bigint
  readonly hash: Uint8Array
  /** Gaps that are not filled, in their order. */
  readonly gaps: readonly Gap[]
  /** When something beyond `seq + 1` was first seen while `seq` stood; null when nothing is missing at the end. */
  readonly behindSince: number | null
}

/** Why something is kept as evidence; `exchanged`: a run of which its producer signed another. */
export type Misfit = 'equivocation' | 'break' | 'exchanged'

/** What is kept: a leaf, a head, or bytes that are neither. */
export interface Said {
  readonly hash: Uint8Array
  readonly bytes?: Uint8Array
}

/** What follows from what a producer said. */
export type Step =
  | { readonly do: 'append'; readonly leaf: Leaf }
  /** Contradicts what is stored, or does not continue it. */
  | { readonly do: 'keep-evidence'; readonly kind: Misfit; readonly seq: bigint; readonly said: Said }
  | { readonly do: 'open-gap'; readonly gap: Gap }
  | { readonly do: 'fill-gap'; readonly gap: Gap }
  /** What is missing above a leaf that lies between two missing ones. */
  | { readonly do: 'split-gap'; readonly gap: Gap }
  | { readonly do: 'give-up-gap'; readonly gap: Gap }
  | { readonly do: 'close-gap'; readonly gap: Gap; readonly outcome: 'filled' | 'contradicted' }

/** A chain that nothing was heard of yet. */
export const newChain: Chain = { seq: 0n, hash: noHash, gaps: [], behindSince: null }

/** What else a step needs to know. */
export interface Surroundings {
  /** Hash of the leaf that is stored under a number, undefined when none is. */
  readonly stored: (seq: bigint) => Uint8Array | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  /** How long what is missing is asked for before the log goes on behind it. */
  readonly gapAfterMs: number
}

/** A chain and the steps that led there. */
export interface Taken {
  readonly chain: Chain
  readonly steps: readonly Step[]
}

/**
 * Takes a run of leaves and the signed head that came with them. Of a run that does not fit its head nothing is taken: it shows only how far
 * the producer is, and what is missing is asked for. Leaves inside a gap are taken from its lower end upwards, then from its upper end
 * downwards, so that few gaps come of one.
 */
export function take(chain: Chain, leaves: readonly Leaf[], head: ChainHead, around: Surroundings): Taken {
  const steps: Step[] = []
  // What this very run appends is stored for the leaves that follow it.
  const own = new Map<bigint, Uint8Array>()
  const stored = (seq: bigint): Uint8Array | undefined => own.get(seq) ?? around.stored(seq)
  let at = chain
  const apply = (one: (chain: Chain) => Taken): void => {
    const taken = one(at)
    at = taken.chain
    steps.push(...taken.steps)
    for (const step of taken.steps) if (step.do === 'append') own.set(step.leaf.seq, step.leaf.hash)
  }
  const exchanged = exchangedIn(leaves, head)
  if (exchanged !== undefined) steps.push(evidence('exchanged', exchanged.seq, exchanged))
  const held: Leaf[] = []
  for (const leaf of exchanged === undefined ? leaves : []) {
    if (isInGap(at, leaf.seq) && !isNextInGap(at, leaf)) held.push(leaf)
    else apply(now => takeLeaf(now, leaf, { ...around, stored }))
  }
  for (const leaf of held.reverse()) apply(now => takeLeaf(now, leaf, { ...around, stored }))
  apply(now => takeHead(now, head, { ...around, stored }))
  return { chain: at, steps }
}

/**
 * The last leaf of a run that is not the one that its producer signed: each hash is in the leaf behind it, and the last one is signed. Who
 * holds the key never sends such a run (a leaf that was changed in its own table goes alone), so it was exchanged on the way.
 */
export function exchangedIn(leaves: readonly Leaf[], head: ChainHead): Leaf | undefined {
  return leaves.findLast((leaf, at) => !isSame(leaf.hash, leaves[at + 1]?.prev ?? head.hash))
}

/** One leaf: next, duplicate, equivocation, break, part of a gap, or ahead. */
export function takeLeaf(chain: Chain, leaf: Leaf, around: Surroundings): Taken {
  if (leaf.seq > chain.seq + 1n) return goBehind(chain, leaf.seq - 1n, leaf.prev, around, now => next(now, leaf))
  if (leaf.seq === chain.seq + 1n) return next(chain, leaf)
  const known = around.stored(leaf.seq)
  if (known !== undefined)
    return { chain, steps: isSame(known, leaf.hash) ? [] : [evidence('equivocation', leaf.seq, leaf)] }
  const gap = chain.gaps.find(one => leaf.seq >= one.next && leaf.seq <= one.until)
  // Neither stored nor missing: in a gap that was closed as contradicted.
  return gap === undefined ? { chain, steps: [evidence('break', leaf.seq, leaf)] } : fill(chain, gap, leaf)
}

/** A signed head: agrees, contradicts what is stored, or shows that something is missing. */
export function takeHead(chain: Chain, head: ChainHead, around: Surroundings): Taken {
  if (head.seq > chain.seq) {
    const behind = (now: Chain): Taken => ({ chain: now, steps: [] })
    return goBehind(chain, head.seq, head.hash, around, behind)
  }
  const known = head.seq === chain.seq ? chain.hash : around.stored(head.seq)
  const agrees = known === undefined || isSame(known, head.hash)
  return { chain, steps: agrees ? [] : [evidence('equivocation', head.seq, head)] }
}

/** Gives up what has been asked for so long. */
export function giveUp(chain: Chain, now: number, giveUpAfterMs: number): Taken {
  const gaps = chain.gaps.map(gap => ({ ...gap, isGivenUp: gap.isGivenUp || now - gap.openedAt >= giveUpAfterMs }))
  const steps = gaps.flatMap((gap, at): Step[] =>
    gap.isGivenUp && !chain.gaps[at]!.isGivenUp ? [{ do: 'give-up-gap', gap }] : [],
  )
  return steps.length === 0 ? { chain, steps } : { chain: { ...chain, gaps }, steps }
}

/** The least number that is missing and to be asked for, or null. */
export function missingFrom(chain: Chain): bigint | null {
  const asked = chain.gaps.find(gap => !gap.isGivenUp)
  if (asked !== undefined) return asked.next
  return chain.behindSince === null ? null : chain.seq + 1n
}

// A leaf that does not continue the one before is authentic all the same (its head is signed): it is appended, so that no entry is lost, and the
// break is on the record.
function next(chain: Chain, leaf: Leaf): Taken {
  const steps: Step[] = isSame(leaf.prev, chain.hash) ? [] : [evidence('break', leaf.seq, leaf)]
  const moved = { ...chain, seq: leaf.seq, hash: leaf.hash, behindSince: null }
  return { chain: moved, steps: [...steps, { do: 'append', leaf }] }
}

function goBehind(
  chain: Chain,
  last: bigint,
  hashAfter: Uint8Array,
  { now, gapAfterMs }: Surroundings,
  goOn: (chain: Chain) => Taken,
): Taken {
  const since = chain.behindSince ?? now
  if (now - since < gapAfterMs) return { chain: { ...chain, behindSince: since }, steps: [] }
  const first = chain.seq + 1n
  const ends = { hashBefore: chain.hash, hashAfter }
  const gap: Gap = { first, last, next: first, until: last, ...ends, openedAt: now, isGivenUp: false }
  const moved: Chain = { seq: last, hash: hashAfter, gaps: [...chain.gaps, gap], behindSince: null }
  const after = goOn(moved)
  return { chain: after.chain, steps: [{ do: 'open-gap', gap }, ...after.steps] }
}

// What its producer signed is appended wherever it lies: waiting for its neighbours would lose it with them when they were deleted. What is missing below
// it and above it are gaps of their own then.
function fill(chain: Chain, gap: Gap, leaf: Leaf): Taken {
  const below: Gap = { ...gap, until: leaf.seq - 1n, hashAfter: leaf.prev }
  const above: Gap = { ...gap, next: leaf.seq + 1n, hashBefore: leaf.hash }
  const left = [below, above].filter(({ next, until }) => next <= until)
  const split = left.length === 2 ? { ...above, first: above.next, last: above.until } : null
  const fits = isSame(below.hashBefore, below.hashAfter) || below.next <= below.until
  const meets = isSame(above.hashBefore, above.hashAfter) || above.next <= above.until
  const steps: Step[] = fits && meets ? [] : [evidence('break', leaf.seq, leaf)]
  steps.push({ do: 'append', leaf })
  if (left.length === 0) steps.push({ do: 'close-gap', gap: above, outcome: fits && meets ? 'filled' : 'contradicted' })
  else steps.push({ do: 'fill-gap', gap: left[0]! })
  if (split !== null) steps.push({ do: 'split-gap', gap: split })
  const gaps = chain.gaps.flatMap(one => (one.first !== gap.first ? [one] : split === null ? left : [below, split]))
  return { chain: { ...chain, gaps }, steps }
}

/** Something that is kept and not appended. */
export const evidence = (kind: Misfit, seq: bigint, said: Said): Step => ({ do: 'keep-evidence', kind, seq, said })

const isInGap = (chain: Chain, seq: bigint): boolean => chain.gaps.some(gap => seq >= gap.next && seq <= gap.until)

const isNextInGap = (chain: Chain, leaf: Leaf): boolean =>
  chain.gaps.some(gap => leaf.seq === gap.next && isSame(leaf.prev, gap.hashBefore))
