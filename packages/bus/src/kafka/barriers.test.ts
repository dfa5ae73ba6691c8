import { expect, test } from 'vitest'
import { BusError } from '../errors.ts'
import { createBarriers } from './barriers.ts'

test('what keeps one of several out is thrown until that one is let in', () => {
  const barriers = createBarriers()
  const [one, other] = [barriers.open(), barriers.open()]
  const forbidden = new BusError('forbidden', 'no')
  expect([one.set(forbidden), one.set(forbidden), other.set(null)]).toEqual([true, false, false])
  expect(one.current()).toBe(forbidden)
  expect(() => barriers.throwFirst()).toThrow(forbidden)
  expect(one.set(null)).toBe(true)
  expect(() => barriers.throwFirst()).not.toThrow()
})

test('a broker that is merely away keeps nobody out', () => {
  const barriers = createBarriers()
  barriers.open().set(new BusError('unavailable', 'away'))
  expect(() => barriers.throwFirst()).not.toThrow()
})
