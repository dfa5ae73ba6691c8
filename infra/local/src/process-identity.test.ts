import { expect, it } from 'vitest'
import { argumentsOf, identify, isSame } from './process-identity.ts'

it('recognises a process that runs', () => {
  const self = identify(process.pid)
  expect(self && isSame(self)).toBe(true)
  expect(argumentsOf(process.pid)[0]).toContain('node')
})

it('does not take a process for another that had the same pid before', () => {
  expect(isSame({ pid: process.pid, started: 'another boot:1' })).toBe(false)
})

it('a pid that nobody has is nobody', () => {
  expect(identify(2 ** 22 + 1)).toBeUndefined()
  expect(argumentsOf(2 ** 22 + 1)).toEqual([])
})
