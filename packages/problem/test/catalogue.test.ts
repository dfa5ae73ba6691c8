import { expect, test } from 'vitest'
import { defineProblems, Problem } from '../src/index.ts'

const meaning = { status: 409, title: 'The case is closed', remedy: 'Open it again.' }

test('a code keeps its one meaning, whoever defines it later', () => {
  defineProblems({ 'test-case-closed': meaning })
  expect(() => defineProblems({ 'test-case-closed': { ...meaning } })).not.toThrow()
  expect(() => defineProblems({ 'test-case-closed': { ...meaning, title: 'Something else' } })).toThrow(
    /already defined with another meaning/,
  )
  expect(() => defineProblems({ 'not-found': { ...meaning, status: 404 } })).toThrow(/another meaning/)
})

test.each([
  ['TestCode', 409, /kebab-case/],
  ['test--code', 409, /kebab-case/],
  ['test-fine', 200, /is no error/],
  ['test-fine', 600, /is no error/],
])('the definition %s with status %i is refused when it is made', (code, status, message) => {
  expect(() => defineProblems({ [code]: { ...meaning, status } })).toThrow(message)
})

test('a code that nobody defined cannot be thrown', () => {
  expect(() => new Problem('test-misspelt')).toThrow(/'test-misspelt' is not in the catalogue/)
})

test('the remedy stands in when the throw site says nothing', () => {
  defineProblems({ 'test-case-closed': meaning })
  expect(new Problem('test-case-closed')).toMatchObject({
    status: 409,
    detail: 'Open it again.',
    message: 'The case is closed',
  })
  expect(new Problem('test-case-closed', { detail: 'Ask intake.' }).detail).toBe('Ask intake.')
})
