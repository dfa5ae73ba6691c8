import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChainHead, emptyChain, extend, type StoredLeaf } from '../../src/chain/leaf.ts'
import { judgeLeaf } from './judge-leaf.ts'

const entriesOf = (length: number, label = '') =>
  Array.from({ length }, (_, at) => Buffer.from(`{"n":"${label}${at}"}`))
const chainOf = (length: number, label = '') => extend('intake/1', emptyChain, entriesOf(length, label)).leaves

/** Reads as a consumer would that accepts what fits and remembers every hash. */
function follow(arrivals: readonly StoredLeaf[]) {
  let head: ChainHead = emptyChain
  const known = new Map<bigint, Uint8Array>()
  const verdicts = arrivals.map(leaf => {
    const verdict = judgeLeaf(head, leaf, known.get(leaf.seq) ?? null)
    if (verdict.is === 'accept') {
      head = verdict.head
      known.set(leaf.seq, leaf.hash)
    }
    return verdict.is
  })
  return { head, verdicts, known }
}

describe('a leaf is judged', () => {
  it('whatever is sent again and again, in runs from anywhere: each number is accepted once, and the end is the chain’s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(29), { maxLength: 8 }), (length, restarts) => {
        const chain = chainOf(length)
        const { head, verdicts } = follow([0, ...restarts, 0].flatMap(from => chain.slice(from)))
        expect(head).toEqual({ seq: BigInt(length), hash: chain.at(-1)!.hash })
        expect(verdicts.filter(is => is === 'accept')).toHaveLength(length)
        expect(verdicts.every(is => is === 'accept' || is === 'duplicate')).toBe(true)
      }),
    )
  })

  it('ahead: what is missing is named, nothing is accepted', () => {
    const chain = chainOf(9)
    expect(judgeLeaf({ seq: 3n, hash: chain[2]!.hash }, chain[6]!)).toEqual({ is: 'gap', from: 4n, to: 6n })
  })

  it('another entry at a number that was had already is an equivocation, at the head and behind it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(9), (length, at) => {
        const { head, known } = follow(chainOf(length))
        const forged = chainOf(length, 'other')[at % length]!
        expect(judgeLeaf(head, forged, known.get(forged.seq) ?? null)).toEqual({ is: 'equivocation' })
      }),
    )
  })

  it('the next number of another history does not fit', () => {
    const head = { seq: 4n, hash: chainOf(4).at(-1)!.hash }
    expect(judgeLeaf(head, chainOf(5, 'other')[4]!)).toEqual({ is: 'misfit' })
  })
})
