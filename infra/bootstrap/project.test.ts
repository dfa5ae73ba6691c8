import { expect, it } from 'vitest'
import { isAtLeast } from './project.mjs'

it.each([
  ['20.20.2', '20.20', true],
  ['v20.20.0', '20.20', true],
  ['24.0.0', '20.20', true],
  ['20.3.1', '20.20', false],
  ['18.20.4', '20.20', false],
  ['24.12.0', '24.12', true],
])('Node %s is at least %s: %s', (actual, wanted, expected) => {
  expect(isAtLeast(actual, wanted)).toBe(expected)
})
