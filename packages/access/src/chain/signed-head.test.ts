import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHead, signHead, verifierKey, verifyHead } from './signed-head.ts'

const key = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const producer = { service: 'intake', epoch: 1_767_225_600_000n }
const head = fc.record({
  seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes)),
})

describe('a signed head', () => {
  it('says who, how far and which hash, to who has the public key', () => {
    fc.assert(
      fc.property(head, one => {
        const note = signHead(producer, one, key)
        expect(verifyHead(note, key.publicKey)).toEqual({ producer: 'intake/1767225600000', ...one })
        expect(verifyHead(note, [other.publicKey, key.publicKey])).not.toBeNull()
        expect(verifyHead(note, other.publicKey)).toBeNull()
        expect(verifyHead(note, [])).toBeNull()
      }),
    )
  })

  it('with one character changed is nobody’s, and with one left out', () => {
    const note = signHead(producer, { seq: 12n, hash: Buffer.alloc(32, 7) }, key)
    for (let at = 0; at < note.length; at++) {
      expect(
        verifyHead(`${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`, key.publicKey),
      ).toBeNull()
      expect(verifyHead(note.slice(0, at) + note.slice(at + 1), key.publicKey)).toBeNull()
    }
  })

  it("of one service is not another's, even with the same key", () => {
    const note = signHead(producer, { seq: 1n, hash: Buffer.alloc(32) }, key)
    expect(verifyHead(note.replace('intake/', 'gateway/'), key.publicKey)).toBeNull()
    expect(verifyHead(note.replaceAll('intake', 'gateway'), key.publicKey)).toBeNull()
  })

  it('stays valid beside the signatures of others', () => {
    const note = signHead(producer, { seq: 1n, hash: Buffer.alloc(32) }, key)
    expect(
      verifyHead(`${note}— witness.example ${Buffer.alloc(76).toString('base64')}\n`, key.publicKey),
    ).not.toBeNull()
  })

  it("is what C2SP signed-note says, so that other people's verifiers take it", () => {
    const note = signHead(producer, { seq: 3n, hash: Buffer.alloc(32, 1) }, key)
    const [text, signature] = [note.slice(0, note.indexOf('\n\n') + 1), note.slice(note.indexOf('\n\n') + 2)]
    expect(text).toBe(`intake/1767225600000\n3\n${Buffer.alloc(32, 1).toString('base64')}\n`)
    const [dash, name, encoded] = signature.trimEnd().split(' ')
    // The key itself is base64 and may hold a '+'.
    const [, vname, id, vkey] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey('intake', key.publicKey))!
    expect([dash, name]).toEqual(['—', vname])
    const signed = Buffer.from(encoded!, 'base64')
    expect(signed.subarray(0, 4).toString('hex')).toBe(id)
    const raw = Buffer.from(vkey!, 'base64')
    expect(raw[0]).toBe(1)
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') }
    expect(verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), signed.subarray(4))).toBe(true)
  })

  it('of another form is none', () => {
    expect(readHead('')).toBeNull()
    expect(readHead('intake/1\n-1\nx\n\n')).toBeNull()
    fc.assert(fc.property(fc.string(), text => verifyHead(text, key.publicKey) === null))
  })
})
