import { expect, test } from 'vitest'
import { judge } from './figures.ts'
import { amount, tableOf } from './table.ts'

test('a row that misses what is demanded stands in the table as below', () => {
  const row = {
    what: 'GET /referrals/:id, 64 connections',
    unit: 'requests/s',
    measured: { name: 'audited', runs: [790, 700] },
    baseline: { name: 'unaudited', runs: [1_000, 1_000] },
    demanded: 0.8,
    note: '3 requests were refused',
  }
  const lines = tableOf([judge(row)])
    .trimEnd()
    .split('\n')
  expect(lines).toHaveLength(3)
  expect(new Set(lines.map(line => line.split('|').length)).size).toBe(1)
  const cells = lines[2]!.split('|').map(cell => cell.trim())
  expect(cells.slice(1, -1)).toEqual([
    row.what,
    'audited 745',
    'unaudited 1,000',
    'requests/s',
    '0.74',
    '0.70–0.79',
    '≥ 0.8',
    'below, 3 requests were refused',
  ])
})

test('figures are as fine as they are known', () => {
  expect([0.12345, 12.345, 123.45, 12_345.6].map(amount)).toEqual(['0.123', '12.3', '123', '12,346'])
})
