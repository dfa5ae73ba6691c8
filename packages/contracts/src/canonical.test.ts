import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from './canonical.ts'

const text = (value: unknown) => new TextDecoder().decode(canonicalBytes(value))
const wellFormed = fc.string({ unit: 'grapheme' })
const json = fc.jsonValue({ stringUnit: 'grapheme' })

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}

describe('canonical bytes', () => {
  test('are the same for the same value, whatever the order of members', () => {
    fc.assert(fc.property(json, value => void expect(text(reversed(value))).toBe(text(value))))
  })

  test('say the value: parsing and writing again changes nothing', () => {
    fc.assert(fc.property(json, value => void expect(text(JSON.parse(text(value)))).toBe(text(value))))
  })

  test('differ when a member or a text differs', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        fc.pre(a !== b)
        expect(text({ name: a })).not.toBe(text({ name: b }))
        expect(text({ [a]: 1 })).not.toBe(text({ [b]: 1 }))
      }),
    )
  })

  // RFC 8785, section 3.2.2 and 3.2.3
  test('follow the examples of the standard', () => {
    expect(
      text({ numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27], literals: [null, true, false] }),
    ).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}')
    expect(text({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    )
  })

  const circular: unknown[] = []
  circular.push(circular)
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole', Array(2)],
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['a circle', circular],
  ])('refuse %s and do not drop it', (_, value) => {
    expect(() => canonicalBytes(value)).toThrow(TypeError)
  })

  test('are not led by a toJSON of the value', () => {
    expect(() => canonicalBytes({ toJSON: () => 'other' })).toThrow(TypeError)
  })
})
