import { describe, expect, test } from 'vitest'
import { boundsOf, formatQuarter, parseQuarter, quarterOfFile } from './quarter.ts'

describe('the quarter of a file', () => {
  test.each([
    ['nrm_referrals_ngo_2023_q4.csv', '2023-Q4'],
    ['nrm_referrals_police_2024_Q1.csv', '2024-Q1'],
    ['2022-q2 referrals.csv', '2022-Q2'],
    ['nrm2021q3.csv', '2021-Q3'],
  ])('%s: %s', (name, quarter) => {
    expect(formatQuarter(quarterOfFile(name)!)).toBe(quarter)
  })

  test.each([
    'nrm.csv',
    'nrm_2023.csv',
    'nrm_2023_q5.csv',
    'nrm_12023_q4.csv',
    'nrm_2023_q44.csv',
    'nrm_2023_q3_2023_q4.csv',
  ])('%s does not say one quarter', name => {
    expect(quarterOfFile(name)).toBeUndefined()
  })

  test('as an option it is written 2023-Q4, in any case', () => {
    expect(parseQuarter('2023-q4')).toEqual({ year: 2023, quarter: 4 })
    for (const wrong of ['', 'Q4', '2023', '2023-Q0', '2023-Q4 ']) expect(parseQuarter(wrong)).toBeUndefined()
  })

  test('has the days of its three months', () => {
    const { from, until } = boundsOf({ year: 2024, quarter: 1 })
    expect([new Date(from).toISOString(), new Date(until).toISOString()]).toEqual([
      '2024-01-01T00:00:00.000Z',
      '2024-04-01T00:00:00.000Z',
    ])
  })
})
