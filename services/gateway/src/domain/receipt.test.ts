import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Answer, isOutcome, moves, rankOf, stateOf, supersedes } from './receipt.ts'

const answers = fc.constantFrom<Answer>('held', 'applied', 'rejected')
type Step = { answer: Answer } | { acknowledged: true }
const steps = fc.array(
  fc.oneof(
    answers.map(answer => ({ answer })),
    fc.constant({ acknowledged: true } as const),
  ),
)

/** Every state that a partner could have read on the way. */
function course(taken: readonly Step[]) {
  let answer: Answer | null = null
  let acknowledged = false
  return [
    stateOf(answer, acknowledged),
    ...taken.map(step => {
      if ('acknowledged' in step) acknowledged = true
      else if (moves(answer, step.answer)) answer = step.answer
      return stateOf(answer, acknowledged)
    }),
  ]
}

describe('a receipt', () => {
  test('never goes back, whatever order answers and acknowledgements come in', () => {
    fc.assert(
      fc.property(steps, taken => {
        const ranks = course(taken).map(rankOf)
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
      }),
    )
  })

  test('keeps the end that a partner has read', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom<Answer>('applied', 'rejected'), steps, (before, end, after) => {
        const ended = course([...before, { answer: end }])
        const states = course([...before, { answer: end }, ...after]).slice(ended.length)
        for (const state of states) expect(state).toBe(ended.at(-1))
      }),
    )
  })

  test('ends the same however often each answer is repeated', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (taken, times) => {
        const repeated = taken.flatMap(step => Array.from({ length: times }, () => step))
        expect(course(repeated).at(-1)).toBe(course(taken).at(-1))
      }),
    )
  })
})

describe('an outcome', () => {
  test('is the one of the highest version, in whatever order facts are read', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 50n }), { minLength: 1 }), versions => {
        let shown: bigint | null = null
        for (const version of versions) if (supersedes(shown, version)) shown = version
        expect(shown).toBe([...versions].sort((a, b) => Number(a - b)).at(-1))
      }),
    )
  })

  test('does not tell of steps inside the house', () => {
    expect(['received', 'linkedToCase', 'acknowledged', 'withdrawn', 7].filter(isOutcome)).toEqual([
      'acknowledged',
      'withdrawn',
    ])
  })
})
