import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyChain, extend, type StoredLeaf } from './leaf.ts'
import { cutRun, runBytes, runLeaves } from './run.ts'

const leafOf = (seq: bigint, bytes: number): StoredLeaf => ({
  seq,
  prev: Buffer.alloc(32),
  hash: Buffer.alloc(32),
  bytes: Buffer.alloc(bytes),
})

describe('a run', () => {
  it('sends every stored leaf once and in order, whatever is missing and however large they are', () => {
    const leaves = fc.uniqueArray(
      fc.record({ seq: fc.bigInt({ min: 1n, max: 60n }), bytes: fc.integer({ min: 1, max: 200_000 }) }),
      { selector: leaf => leaf.seq },
    )
    fc.assert(
      fc.property(leaves, some => {
        const stored = some.map(({ seq, bytes }) => leafOf(seq, bytes)).sort((a, b) => Number(a.seq - b.seq))
        const sent: StoredLeaf[] = []
        let cursor = 0n
        for (let rounds = 0; cursor < 60n; rounds++) {
          expect(rounds).toBeLessThan(130)
          const run = cutRun(
            stored.filter(leaf => leaf.seq > cursor),
            cursor,
            60n,
          )
          expect(run.to).toBeGreaterThanOrEqual(cursor)
          for (const [at, leaf] of run.leaves.entries()) expect(leaf.seq).toBe(cursor + 1n + BigInt(at))
          const bytes = run.leaves.reduce((sum, leaf) => sum + leaf.bytes.length + 4, 0)
          if (run.leaves.length > 1) expect(bytes).toBeLessThanOrEqual(runBytes)
          sent.push(...run.leaves)
          cursor = run.to
        }
        expect(sent).toEqual(stored)
      }),
    )
  })

  it('leaves out no neighbour of a leaf that was changed in the table, and never holds it together with one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 19 }), { maxLength: 6 }), changed => {
        const stored = extend('intake/1', emptyChain, Array(20).fill(Buffer.from('{}'))).leaves.map((leaf, at) =>
          changed.includes(at) ? { ...leaf, hash: Buffer.alloc(32, 1) } : leaf,
        )
        const runs: StoredLeaf[][] = []
        for (let cursor = 0n; cursor < 20n; ) {
          const run = cutRun(
            stored.filter(leaf => leaf.seq > cursor),
            cursor,
            20n,
          )
          runs.push(run.leaves)
          cursor = run.to
        }
        expect(runs.flat()).toEqual(stored)
        for (const run of runs)
          for (const [at, leaf] of run.slice(1).entries()) expect(leaf.prev).toEqual(run[at]!.hash)
        // The end of the chain has nothing behind it that could contradict it.
        for (const at of changed.filter(one => one < 19))
          expect(runs.find(run => run.some(({ seq }) => seq === BigInt(at + 1)))).toHaveLength(1)
      }),
    )
  })

  it('is bounded by number too', () => {
    const stored = Array.from({ length: 2_000 }, (_, at) => leafOf(BigInt(at + 1), 10))
    expect(cutRun(stored, 0n, 2_000n).leaves).toHaveLength(runLeaves)
  })
})
