import { describe, expect, test } from 'vitest'
import { type Outcome, refuseEmpty, summary } from './outcome.ts'
import { add, emptyTally, unaccounted } from './vitest-report.ts'

const outcome = (of: Partial<Outcome>): Outcome => ({
  tier: 'unit',
  passed: 0,
  failed: 0,
  ms: 1234,
  failures: [],
  ...of,
})

describe('the last word of a run', () => {
  test('is one line with the sum of all tiers, alone', () => {
    const text = summary([outcome({ passed: 3 }), outcome({ tier: 'e2e', passed: 1, failed: 2 })])
    expect(text.split('\n').at(-1)).toBe('4 passed, 2 failed')
  })

  test('names a skipped tier with its reason and counts it for nothing', () => {
    const text = summary([outcome({ passed: 1 }), outcome({ tier: 'containers', skipped: 'no engine', ms: 0 })])
    expect(text).toMatch(/containers\s+skipped: no engine/)
    expect(text.endsWith('1 passed, 0 failed')).toBe(true)
  })

  test('says of each tier how long it took', () => expect(summary([outcome({ passed: 1 })])).toMatch(/unit .* 1\.2 s/))
})

describe('a tier', () => {
  test('in which nothing ran has failed: a wrong pattern would pass for ever', () => {
    expect(refuseEmpty(outcome({}))).toMatchObject({ failed: 1, failures: ['unit: no test was found.'] })
  })

  test.each([outcome({ passed: 1 }), outcome({ failed: 1 }), outcome({ skipped: 'no engine' })])(
    'that ran or was skipped stays what it is (%o)',
    given => expect(refuseEmpty(given)).toBe(given),
  )
})

describe('what vitest reports', () => {
  const ended = [
    { kind: 'start', files: 2 } as const,
    { kind: 'file', file: 'a.test.ts', passed: 2, skipped: 1, failures: ['a > fails'] } as const,
    { kind: 'file', file: 'b.test.ts', passed: 1, skipped: 0, failures: [] } as const,
    { kind: 'end', failures: ['outside of any test'] } as const,
  ].map(report => ({ ...report, failures: 'failures' in report ? [...report.failures] : [] }))

  test('adds up over the files, with what failed outside of any test', () => {
    const tally = ended.reduce((sum, report) => add(sum, report), emptyTally())
    expect(tally).toEqual({
      files: 2,
      filesDone: 2,
      passed: 3,
      skipped: 1,
      failures: ['a > fails', 'outside of any test'],
      ended: true,
    })
  })

  test.each([
    ['killed before its end', { ...emptyTally(), passed: 7 }, 1],
    ['ended with an error that no test accounts for', { ...emptyTally(), passed: 7, ended: true }, 1],
    ['gone without a word although it ended well', { ...emptyTally(), passed: 7 }, 0],
  ])('a vitest that was %s is a failure by itself', (_, tally, code) => {
    expect(unaccounted(tally, code, 'the last words')).toEqual([expect.stringContaining('the last words')])
  })

  test('failed tests account for its exit code', () => {
    expect(unaccounted({ ...emptyTally(), ended: true, failures: ['a'] }, 1, '')).toEqual([])
    expect(unaccounted({ ...emptyTally(), ended: true }, 0, '')).toEqual([])
  })
})
