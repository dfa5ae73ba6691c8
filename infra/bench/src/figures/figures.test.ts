import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge, median, type Row } from './figures.ts'

const figures = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 })

test('as many runs lie above the median as below it, whatever their order', () => {
  fc.assert(
    fc.property(figures, values => {
      const middle = median(values)
      const above = values.filter(value => value > middle).length
      const below = values.filter(value => value < middle).length
      expect(Math.max(above, below)).toBeLessThanOrEqual(values.length / 2)
      expect(median(values.toReversed())).toBe(middle)
    }),
  )
})

test('one run that went wrong does not move the median beyond its neighbours', () => {
  expect(median([10, 11, 12, 13, 0])).toBe(11)
  expect(median([3, 1])).toBe(2)
  expect(() => median([])).toThrow(RangeError)
})

const row = (measured: number[], demanded?: number): Row => ({
  what: 'a read',
  unit: 'requests/s',
  measured: { name: 'audited', runs: measured },
  baseline: { name: 'unaudited', runs: [100, 100, 100] },
  ...(demanded !== undefined && { demanded }),
})

test('a ratio below what is demanded says so, also where its rounded form would not', () => {
  expect(judge(row([79.9, 79.9, 79.9], 0.8))).toMatchObject({ verdict: 'below' })
  expect(judge(row([80, 80, 80], 0.8))).toMatchObject({ verdict: 'met', ratio: 0.8 })
  expect(judge(row([0, 0, 0], 0.8))).toMatchObject({ verdict: 'below', ratio: 0 })
  expect(judge(row([1, 1, 1]))).toMatchObject({ verdict: null })
})

test('the spread is that of the rounds, not of the medians', () => {
  expect(judge(row([50, 90, 120])).spread).toEqual([0.5, 1.2])
})
