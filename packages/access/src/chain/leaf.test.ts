import { createHash } from 'node:crypto'
import { canonicalBytes } from '@haven/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  emptyChain,
  entryIn,
  extend,
  formatProducer,
  isEntry,
  leafBytes,
  noHash,
  parseProducer,
  readLeaf,
} from './leaf.ts'

const producer = 'intake/1767225600000'
const entry = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 2 }))
  .map(value => JSON.parse(JSON.stringify(value)))
const entries = fc.array(entry.map(canonicalBytes), { minLength: 1, maxLength: 20 })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const seq = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })

describe('a leaf', () => {
  it('is the canonical form of its five members, although the entry is never written anew', () => {
    fc.assert(
      fc.property(entry, hash, seq, (value, prev, number) => {
        const bytes = leafBytes(canonicalBytes(value), prev, producer, number)
        const members = {
          entry: value,
          prev: Buffer.from(prev).toString('base64'),
          producer,
          seq: String(number),
          v: 1,
        }
        expect(bytes.equals(canonicalBytes(members))).toBe(true)
      }),
    )
  })

  it('is read as it was made', () => {
    fc.assert(
      fc.property(entry, hash, seq, (value, prev, number) => {
        const bytes = leafBytes(canonicalBytes(value), prev, producer, number)
        const sha256 = createHash('sha256').update(bytes).digest()
        expect(readLeaf(bytes)).toEqual({
          producer,
          seq: number,
          prev: Buffer.from(prev),
          bytes,
          hash: sha256,
          entry: value,
        })
        expect(Buffer.compare(entryIn(bytes), canonicalBytes(value))).toBe(0)
      }),
    )
  })

  it('with one byte changed is no leaf, or another one with another hash', () => {
    fc.assert(
      fc.property(entry, hash, seq, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, prev, number, at, flip) => {
        const bytes = leafBytes(canonicalBytes(value), prev, producer, number)
        const changed = Buffer.from(bytes)
        changed[at % bytes.length]! ^= flip
        const read = readLeaf(changed)
        if (read) expect(Buffer.compare(read.hash, readLeaf(bytes)!.hash)).not.toBe(0)
      }),
    )
  })

  it.each([
    ['a second entry', `{"entry":{},"entry":{"a":1},"prev":"P","producer":"${producer}","seq":"1","v":1}`],
    ['an entry that is no object', `{"entry":[],"prev":"P","producer":"${producer}","seq":"1","v":1}`],
    ['another version', `{"entry":{},"prev":"P","producer":"${producer}","seq":"1","v":2}`],
    ['a number with a leading zero', `{"entry":{},"prev":"P","producer":"${producer}","seq":"01","v":1}`],
    ['spaces', `{"entry":{}, "prev":"P","producer":"${producer}","seq":"1","v":1}`],
    ['something behind it', `{"entry":{},"prev":"P","producer":"${producer}","seq":"1","v":1} `],
  ])('%s makes it no leaf', (_, text) => {
    const bytes = (prev: string) => Buffer.from(text.replace('P', prev))
    expect(readLeaf(bytes(Buffer.from(noHash).toString('base64')))).toBeNull()
  })

  it('whose hash is written in another way is no leaf', () => {
    const text = leafBytes(Buffer.from('{}'), noHash, producer, 1n).toString().replace('AAA=', 'AAB=')
    expect(readLeaf(Buffer.from(text))).toBeNull()
  })
})

describe('a chain', () => {
  it('is contiguous, each leaf made after the one before, however its entries were taken', () => {
    fc.assert(
      fc.property(entries, fc.nat(20), (all, cut) => {
        const first = extend(producer, emptyChain, all.slice(0, cut))
        const second = extend(producer, first.head, all.slice(cut))
        const leaves = [...first.leaves, ...second.leaves]
        expect(leaves.map(leaf => leaf.seq)).toEqual(all.map((_, at) => BigInt(at + 1)))
        for (const [at, leaf] of leaves.entries()) expect(leaf.prev).toEqual(leaves[at - 1]?.hash ?? noHash)
        expect(second.head).toEqual({ seq: BigInt(all.length), hash: leaves.at(-1)!.hash })
        expect(leaves).toEqual(extend(producer, emptyChain, all).leaves)
      }),
    )
  })
})

describe('an entry', () => {
  it('is a JSON object of at most 16 KiB', () => {
    expect(isEntry(Buffer.from('{"a":1}'))).toBe(true)
    for (const text of ['', '[]', '1', 'null', '{"a":1', '{"a":1}}', ' {"a":1}'])
      expect(isEntry(Buffer.from(text))).toBe(false)
    expect(isEntry(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe(false)
    const withBytes = (length: number) => Buffer.from(`{"a":"${'x'.repeat(length - 8)}"}`)
    expect(isEntry(withBytes(16_384))).toBe(true)
    expect(isEntry(withBytes(16_385))).toBe(false)
  })
})

describe("a producer's name", () => {
  it('is read only in the form in which it is written', () => {
    expect(parseProducer(formatProducer({ service: 'intake', epoch: 17n }))).toEqual({ service: 'intake', epoch: 17n })
    for (const text of ['intake', 'intake/', 'intake/0', 'intake/01', 'Intake/1', 'intake/1/x', 'intake/1\n'])
      expect(parseProducer(text)).toBeNull()
  })
})
