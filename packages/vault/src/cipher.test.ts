import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBytes, overheadBytes, sealBytes } from './cipher.ts'

const key = createSecretKey(randomBytes(32))
const bytes = fc.uint8Array({ maxLength: 200 })
const invalid = expect.objectContaining({ code: 'ciphertext-invalid' })

describe('cipher', () => {
  test('what was sealed opens with the same key and binding', () => {
    fc.assert(
      fc.property(bytes, bytes, (plaintext, binding) => {
        const sealed = sealBytes(key, plaintext, binding)
        expect(sealed.length).toBe(plaintext.length + overheadBytes)
        expect(openBytes(key, sealed, binding)).toEqual(Buffer.from(plaintext))
      }),
    )
  })

  test('every changed bit, in whichever byte, is noticed', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(7), (plaintext, at, bit) => {
        const sealed = sealBytes(key, plaintext, Buffer.from('b'))
        sealed[at % sealed.length]! ^= 1 << bit
        expect(() => openBytes(key, sealed, Buffer.from('b'))).toThrow(invalid)
      }),
    )
  })

  test('every cut is noticed', () => {
    const sealed = sealBytes(key, Buffer.from('plaintext'), Buffer.from('b'))
    for (let length = 0; length < sealed.length; length++) {
      expect(() => openBytes(key, sealed.subarray(0, length), Buffer.from('b'))).toThrow(invalid)
    }
  })

  test('another key or another binding opens nothing', () => {
    const sealed = sealBytes(key, Buffer.from('plaintext'), Buffer.from('b'))
    expect(() => openBytes(createSecretKey(randomBytes(32)), sealed, Buffer.from('b'))).toThrow(invalid)
    fc.assert(
      fc.property(bytes, binding => {
        fc.pre(Buffer.from(binding).toString() !== 'b')
        expect(() => openBytes(key, sealed, binding)).toThrow(invalid)
      }),
    )
  })

  test('a format of the future is said to be one', () => {
    const sealed = sealBytes(key, Buffer.from('plaintext'), Buffer.from('b'))
    sealed[0] = 2
    expect(() => openBytes(key, sealed, Buffer.from('b'))).toThrow('newer than this program')
  })

  test('the same plaintext never seals to the same bytes', () => {
    const sealed = Array.from({ length: 500 }, () =>
      sealBytes(key, Buffer.from('p'), Buffer.from('b')).subarray(1, 13).toString('hex'),
    )
    expect(new Set(sealed).size).toBe(500)
  })
})
