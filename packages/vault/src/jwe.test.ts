import fc from 'fast-check'
import { CompactEncrypt, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { openFor, sealFor } from './jwe.ts'
import { type Jwks, newJwks, publicJwks } from './jwks.ts'
import { maxPlaintextBytes } from './vault-error.ts'

const plaintext = Buffer.from('{"reference":"invented"}')
const typ = 'haven-test'
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('messages for a service', () => {
  let keys: Jwks
  beforeAll(async () => {
    keys = await newJwks(new Date())
  })

  test('any bytes sealed to the public set open with the private one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async bytes => {
        expect(Buffer.from(await openFor(keys, await sealFor(publicJwks(keys), bytes, { typ }), { typ }))).toEqual(
          Buffer.from(bytes),
        )
      }),
      { numRuns: 30 },
    )
  })

  test('the public set holds no private part, and sealing with a private set does not need it', async () => {
    expect(JSON.stringify(publicJwks(keys))).not.toContain(keys.keys[0]!.d)
    expect(Object.keys(publicJwks(keys).keys[0]!)).not.toContain('d')
    await openFor(keys, await sealFor(keys, plaintext, { typ }))
  })

  test('the newest key seals, wherever it stands, and older messages still open', async () => {
    const older = await newJwks(new Date(2020, 0, 1))
    const before = await sealFor(older, plaintext, { typ })
    for (const rotated of [{ keys: [...older.keys, ...keys.keys] }, { keys: [...keys.keys, ...older.keys] }]) {
      const after = await sealFor(rotated, plaintext, { typ })
      expect(headerOf(after)).toEqual({
        alg: 'ECDH-ES+A256KW',
        enc: 'A256GCM',
        kid: keys.keys[0]!.kid,
        typ,
        epk: expect.anything(),
      })
      await openFor(rotated, before)
      await openFor(keys, after)
      await expect(openFor(older, after)).rejects.toThrow(code('key-unknown'))
    }
  })

  test('an empty set, and a set of public keys, know no key', async () => {
    const sealed = await sealFor(keys, plaintext, { typ })
    await expect(sealFor({ keys: [] }, plaintext, { typ })).rejects.toThrow(code('key-unknown'))
    await expect(openFor({ keys: [] }, sealed)).rejects.toThrow(code('key-unknown'))
    await expect(openFor(publicJwks(keys), sealed)).rejects.toThrow(code('key-unknown'))
  })

  test('a message of another type is not opened', async () => {
    await expect(openFor(keys, await sealFor(keys, plaintext, { typ: 'other' }), { typ })).rejects.toThrow(
      code('ciphertext-invalid'),
    )
  })

  test('a change in any part, header included, is noticed', async () => {
    const parts = (await sealFor(keys, plaintext, { typ })).split('.')
    const header = Buffer.from(JSON.stringify({ ...headerOf(parts.join('.')), typ: 'other' })).toString('base64url')
    const flip = (text: string) => (text[5] === 'A' ? `${text.slice(0, 5)}B` : `${text.slice(0, 5)}A`) + text.slice(6)
    const changed = [1, 2, 3, 4].map(at => parts.with(at, flip(parts[at]!)))
    for (const forged of [...changed, parts.with(0, header), parts.slice(1), [...parts, '']]) {
      await expect(openFor(keys, forged.join('.'))).rejects.toThrow(code('ciphertext-invalid'))
    }
  })

  test.each(['', 'x', 'a.b.c.d.e', '....', 'not a message at all'])('%j is no message', async text => {
    await expect(openFor(keys, text)).rejects.toThrow(code('ciphertext-invalid'))
  })

  test('other algorithms are refused, even with our kid and our key', async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519' })
    const { kid, x } = keys.keys[0]!
    const ours = { ...(await exportJWK(publicKey)), x }
    const direct = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid })
      .encrypt(ours)
    const weaker = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A128GCM', kid })
      .encrypt(ours)
    for (const foreign of [direct, weaker])
      await expect(openFor(keys, foreign)).rejects.toThrow(code('ciphertext-invalid'))
  })

  test('256 KiB pass, one byte more is refused on both sides before any work', async () => {
    const largest = Buffer.alloc(maxPlaintextBytes)
    expect((await openFor(keys, await sealFor(keys, largest, { typ }))).length).toBe(maxPlaintextBytes)
    await expect(sealFor(keys, Buffer.alloc(maxPlaintextBytes + 1), { typ })).rejects.toThrow(
      code('plaintext-too-large'),
    )
    await expect(openFor(keys, 'a'.repeat(2 * maxPlaintextBytes))).rejects.toThrow('too long')
  })
})

function headerOf(jwe: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwe.split('.')[0]!, 'base64url').toString())
}
