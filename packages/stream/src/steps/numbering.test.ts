import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignNumbers, type Unnumbered } from './numbering.ts'

const facts: fc.Arbitrary<Unnumbered[]> = fc.uniqueArray(
  fc.record({ id: fc.bigInt({ min: 1n, max: 500n }), stream: fc.integer({ min: 1, max: 3 }) }),
  { selector: one => one.id, maxLength: 60 },
)
const next = fc.tuple(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: 0n, max: 9n }))
const mapOf = (numbers: bigint[]) => new Map(numbers.map((last, index) => [index + 1, last]))

describe('numbers', () => {
  it('are contiguous in each stream and rise with the ids', () => {
    fc.assert(
      fc.property(facts, next, fc.integer({ min: 0, max: 60 }), (given, last, atMost) => {
        const numbered = assignNumbers(given, mapOf(last), atMost)
        expect(numbered).toHaveLength(Math.min(atMost, given.length))
        for (const [stream, own] of Map.groupBy(numbered, one => one.stream)) {
          own.forEach((one, index) => {
            expect(one.seq).toBe(last[stream - 1]! + BigInt(index + 1))
            if (index > 0) expect(one.id > own[index - 1]!.id).toBe(true)
          })
        }
      }),
    )
  })

  it('do not depend on how facts are cut into rounds', () => {
    fc.assert(
      fc.property(facts, next, fc.integer({ min: 1, max: 9 }), (given, last, atMost) => {
        const whole = assignNumbers(given, mapOf(last), given.length)
        const state = mapOf(last)
        let rest = given
        const parts = []
        while (rest.length > 0) {
          const some = assignNumbers(rest, state, atMost)
          for (const one of some) state.set(one.stream, one.seq)
          parts.push(...some)
          const done = new Set(some.map(one => one.id))
          rest = rest.filter(one => !done.has(one.id))
        }
        expect(parts).toEqual(whole)
      }),
    )
  })

  it('a fact of a stream that nobody knows is refused, not lost', () => {
    expect(() => assignNumbers([{ id: 1n, stream: 9 }], mapOf([0n]), 1)).toThrow('no stream 9')
  })
})
