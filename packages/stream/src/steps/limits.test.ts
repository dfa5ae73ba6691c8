import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeBacklog } from './backlog.ts'
import { biteBytes, fitting, largestBite, nextBite } from './bite.ts'

describe('a bite', () => {
  it('holds as many records as fit and always at least one, or a large fact would never leave', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 50 }), sizes => {
        const taken = fitting(sizes)
        const sum = (many: number) => sizes.slice(0, many).reduce((a, b) => a + b, 0)
        expect(taken).toBeGreaterThanOrEqual(1)
        if (taken > 1) expect(sum(taken)).toBeLessThanOrEqual(biteBytes)
        if (taken < sizes.length) expect(sum(taken + 1)).toBeGreaterThan(biteBytes)
      }),
    )
    expect(fitting([])).toBe(0)
  })

  it('shrinks to little more than what fits, and grows back to 500', () => {
    expect(nextBite(500, 3, 500)).toBe(4)
    let bite = 4
    for (let round = 0; round < 10; round++) bite = nextBite(bite, bite, bite)
    expect(bite).toBe(largestBite)
  })
})

describe('a backlog', () => {
  const limits = { rows: 10, ageMs: 1_000 }

  it('is full at either limit, and its age goes on while nobody looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: -50, max: 2_000 }),
        (rows, oldestMs, sinceMs) => {
          const judged = judgeBacklog({ rows, oldestMs }, sinceMs, limits)
          const age = rows === 0 ? 0 : oldestMs + Math.max(0, sinceMs)
          expect(judged).toEqual({ rows, oldestMs: age, full: rows >= 10 || age >= 1_000 })
        },
      ),
    )
  })

  it('that is empty is never old', () => {
    expect(judgeBacklog({ rows: 0, oldestMs: 99_999 }, 99_999, limits).full).toBe(false)
  })
})
