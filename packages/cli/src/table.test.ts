import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tableLines } from './table.ts'

const columns = [{ title: 'n', isNumber: true }, { title: 'who' }, { title: 'what' }]
const row = [7, 'worker-1', 'A caseworker of Harbour Programme listed 20 referrals for assistance.']

test('columns stand under their titles', () => {
  expect(
    tableLines(columns, [
      [10, 'a', 'x'],
      [7, 'worker', 'y z'],
    ]),
  ).toEqual([' n  who     what', '10  a       x', ' 7  worker  y z'])
})

test('on a terminal the last column is broken between words, beside the others or under them', () => {
  expect(tableLines(columns, [row], { width: 60 })).toEqual([
    'n  who       what',
    '7  worker-1  A caseworker of Harbour Programme listed 20',
    '             referrals for assistance.',
  ])
  expect(tableLines(columns, [row], { width: 40 })).toEqual([
    'n  who       what',
    '7  worker-1',
    '    A caseworker of Harbour Programme',
    '    listed 20 referrals for assistance.',
  ])
})

test('whatever the width, every word is there, in order', () => {
  const words = fc.array(fc.stringMatching(/^[a-zğış]{1,30}$/), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 200 }), (given, width) => {
      const lines = tableLines([], [['', 'actor', given.join(' ')]], { width })
      expect(lines.join(' ').trim().split(/\s+/)).toEqual(['actor', ...given])
    }),
  )
})
