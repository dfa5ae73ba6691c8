import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHead, signHead, verifierKey, verifyHead } from './signed-head.ts'

const key = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const producer = { service: 'intake', epoch: 1_767_225_600_000n }
const at = 1_795_527_642_169
const head = fc.record({
  seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes)),
  signedAt: fc.integer({ min: 0, max: 999_999_999_999_999 }),
})

describe('a signed head', () => {
  it('says who, how far, which hash and when, to who has the public key', () => {
    fc.assert(
      fc.property(head, one => {
        const note = signHead(producer, one, key, one.signedAt)
        expect(verifyHead(note, key.publicKey)).toEqual({ producer: 'intake/1767225600000', ...one })
        expect(verifyHead(note, [other.publicKey, key.publicKey])).not.toBeNull()
        expect(verifyHead(note, other.publicKey)).toBeNull()
        expect(verifyHead(note, [])).toBeNull()
      }),
    )
  })

  it('with one character changed is nobody’s, and with one left out', () => {
    const note = signHead(producer, { seq: 12n, hash: Buffer.alloc(32, 7) }, key, at)
    for (let at = 0; at < note.length; at++) {
      expect(
        verifyHead(`${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`, key.publicKey),
      ).toBeNull()
      expect(verifyHead(note.slice(0, at) + note.slice(at + 1), key.publicKey)).toBeNull()
    }
  })

  it("of one service is not another's, even with the same key", () => {
    const note = signHead(producer, { seq: 1n, hash: Buffer.alloc(32) }, key, at)
    expect(verifyHead(note.replace('intake/', 'gateway/'), key.publicKey)).toBeNull()
    expect(verifyHead(note.replaceAll('intake', 'gateway'), key.publicKey)).toBeNull()
  })

  it('stays valid beside the signatures of others', () => {
    const note = signHead(producer, { seq: 1n, hash: Buffer.alloc(32) }, key, at)
    expect(
      verifyHead(`${note}— witness.example ${Buffer.alloc(76).toString('base64')}\n`, key.publicKey),
    ).not.toBeNull()
  })

  it("is what C2SP signed-note says, so that other people's verifiers take it", () => {
    const note = signHead(producer, { seq: 3n, hash: Buffer.alloc(32, 1) }, key, at)
    const [text, signature] = [note.slice(0, note.indexOf('\n\n') + 1), note.slice(note.indexOf('\n\n') + 2)]
    expect(text).toBe(`intake/1767225600000\n3\n${Buffer.alloc(32, 1).toString('base64')}\n${at}\n`)
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

  it('of a release before bears no time, and is none with a time that nobody signed', () => {
    const text = `intake/1767225600000\n3\n${Buffer.alloc(32, 1).toString('base64')}\n`
    const { publicKey } = key
    const id = Buffer.from(/\+([0-9a-f]{8})\+/.exec(verifierKey('intake', publicKey))![1]!, 'hex')
    const signed = Buffer.concat([id, sign(null, Buffer.from(text), key.privateKey)]).toString('base64')
    const signature = `\n— haven/intake ${signed}\n`
    expect(verifyHead(`${text}${signature}`, publicKey)).toMatchObject({ seq: 3n, signedAt: null })
    expect(verifyHead(`${text}${at}\n${signature}`, publicKey)).toBeNull()
  })

  it('of another form is none', () => {
    expect(readHead('')).toBeNull()
    expect(readHead('intake/1\n-1\nx\n\n')).toBeNull()
    const timed = (time: string) => `intake/1\n1\n${Buffer.alloc(32).toString('base64')}\n${time}\n\n`
    expect(readHead(timed('7'))).toMatchObject({ signedAt: 7 })
    for (const time of ['07', '-7', '7.0', '1000000000000000', 'yesterday', '7\n8'])
      expect(readHead(timed(time)), time).toBeNull()
    fc.assert(fc.property(fc.string(), text => verifyHead(text, key.publicKey) === null))
  })
})
