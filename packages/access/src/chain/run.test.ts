import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredLeaf } from './leaf.ts'
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

  it('is bounded by number too', () => {
    const stored = Array.from({ length: 2_000 }, (_, at) => leafOf(BigInt(at + 1), 10))
    expect(cutRun(stored, 0n, 2_000n).leaves).toHaveLength(runLeaves)
  })
})
