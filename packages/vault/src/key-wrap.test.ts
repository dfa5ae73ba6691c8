import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { unwrapKey, wrapNewKey } from './key-wrap.ts'
import { newSubjectId } from './subject-id.ts'

const kek = { kid: 'first', key: createSecretKey(randomBytes(32)), createdAt: '2026-01-01T00:00:00Z' }
const invalid = expect.objectContaining({ code: 'ciphertext-invalid' })

describe('subject keys', () => {
  test('a wrapped key takes 61 bytes, unwraps to 32 and is another one each time', () => {
    const subject = newSubjectId()
    const keys = [1, 2].map(() => {
      const wrapped = wrapNewKey(kek, subject)
      expect(wrapped.length).toBe(61)
      return unwrapKey(kek, subject, wrapped).export()
    })
    expect(keys[0]).toHaveLength(32)
    expect(keys[0]).not.toEqual(keys[1])
  })

  test('in the row of another subject, or under the name of another key-encryption key, it does not unwrap', () => {
    const subject = newSubjectId()
    const wrapped = wrapNewKey(kek, subject)
    expect(() => unwrapKey(kek, newSubjectId(), wrapped)).toThrow(invalid)
    expect(() => unwrapKey({ ...kek, kid: 'second' }, subject, wrapped)).toThrow(invalid)
  })
})
