import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { framed } from './framing.ts'
import { blindIndex, hmac } from './hmac.ts'

const key = { kid: 'test', key: createSecretKey(Buffer.alloc(32, 7)), createdAt: '2026-01-01T00:00:00Z' }
const parts = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.constantFrom('', '\0', 'a', 'ab', 'b', '\0\0\0\u0001a')),
  { maxLength: 4 },
)

describe('hmac', () => {
  test('no two different lists of parts are the same bytes', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(framed(one).equals(framed(other))).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      { numRuns: 5_000 },
    )
    expect(hmac(key, 'ab', 'c')).not.toEqual(hmac(key, 'a', 'bc'))
    expect(hmac(key)).not.toEqual(hmac(key, ''))
  })

  test('parts can be read back from the bytes, which is why they cannot collide', () => {
    fc.assert(
      fc.property(parts, list => {
        const read: string[] = []
        for (let rest = framed(list); rest.length > 0; rest = rest.subarray(4 + rest.readUInt32BE())) {
          read.push(rest.subarray(4, 4 + rest.readUInt32BE()).toString())
        }
        expect(read).toEqual(list)
      }),
    )
  })

  test('a lone surrogate, which would collide with every other one, is refused', () => {
    expect(() => hmac(key, '\ud800')).toThrow(TypeError)
  })

  test('is HMAC-SHA-256 over lengths and parts', () => {
    const bytes = Buffer.from('00000001610000000262c3', 'hex')
    expect(hmac(key, 'a', Buffer.from('62c3', 'hex'))).toEqual(
      createHmac('sha256', Buffer.alloc(32, 7)).update(bytes).digest(),
    )
  })
})

describe('blind index', () => {
  test('version 1 is frozen: rows that are stored stay findable', () => {
    expect(blindIndex(key, 'name', 'ipek').toString('hex')).toBe(
      'dca30fa181d8829574d5edd8303c3cf2a1a8f0dce78ab51ee49b32919b44690d',
    )
  })

  test('the same value in two fields, or under two keys, is not seen to be the same', () => {
    const other = { ...key, key: createSecretKey(Buffer.alloc(32, 8)) }
    const all = [blindIndex(key, 'a', 'x'), blindIndex(key, 'b', 'x'), blindIndex(other, 'a', 'x')]
    expect(new Set(all.map(index => index.toString('hex'))).size).toBe(3)
  })

  test('nothing has no index: those without the attribute are not duplicates of one another', () => {
    expect(() => blindIndex(key, 'name', '')).toThrow('the field name is empty')
  })
})
