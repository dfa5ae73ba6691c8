import { createHash, generateKeyPairSync } from 'node:crypto'
import { frameEntries, signHead } from '@haven/access'
import type { BusRecord } from '@haven/bus'
import { accessTopicOf } from '@haven/contracts'
import { describe, expect, test } from 'vitest'
import { chainOf } from '../../test/leaves.ts'
import type { Leaf } from '../domain/leaf.ts'
import { readMessage } from './read-message.ts'

const [own, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
const keys = new Map([
  ['intake', [own.publicKey]],
  ['gateway', [other.publicKey]],
])
const leaves = chainOf(3)

function recordOf(run: readonly Leaf[], note: string): BusRecord {
  const topic = accessTopicOf('intake')
  return {
    topic,
    partition: 0,
    offset: 7n,
    key: 'intake',
    timestamp: new Date(0),
    headers: { 'haven-stream': `intake/1/${topic}/0`, 'haven-seq': '1', 'haven-chain-head': note },
    value: frameEntries(run.map(({ bytes }) => bytes)),
  }
}
const noteBy = (key: typeof own, run: readonly Leaf[] = leaves): string =>
  signHead({ service: 'intake', epoch: 1n }, run.at(-1)!, key, 1_767_225_600_000)

describe('a record of an access topic', () => {
  test('is the leaves that their producer signed, byte for byte', () => {
    expect(readMessage(recordOf(leaves, noteBy(own)), keys)).toMatchObject({
      producer: 'intake/1',
      signedAt: 1_767_225_600_000,
      leaves: leaves.map(({ bytes, hash }) => ({ bytes, hash })),
      head: { seq: 3n, hash: leaves[2]!.hash },
    })
  })

  test('is not taken when nobody signed it, nor when another service did', () => {
    const stranger = generateKeyPairSync('ed25519')
    for (const key of [stranger, other]) {
      expect(readMessage(recordOf(leaves, noteBy(key)), keys)).toEqual({ refused: 'not-signed', producer: 'intake/1' })
    }
    expect(readMessage(recordOf(leaves, noteBy(own)), new Map())).toMatchObject({ refused: 'not-signed' })
  })

  test('is not taken when it is none', () => {
    const record = recordOf(leaves, noteBy(own))
    expect(readMessage({ ...record, headers: {} }, keys)).toMatchObject({ refused: 'no-stream' })
  })

  test('is not taken from the topic of another service, whoever signed it', () => {
    const topic = accessTopicOf('gateway')
    const record = recordOf(leaves, noteBy(own))
    const headers = { ...record.headers, 'haven-stream': `intake/1/${topic}/0` }
    expect(readMessage({ ...record, topic, headers }, keys)).toEqual({ refused: 'other-owner' })
  })

  test('that holds no leaves under a head that was signed is not passed over: its bytes are evidence, its head counts', () => {
    const value = Buffer.alloc(100_000, 'nonsense')
    const read = readMessage({ ...recordOf(leaves, noteBy(own)), value }, keys)
    const hash = createHash('sha256').update(value).digest()
    expect(read).toMatchObject({
      leaves: [],
      head: { seq: 3n },
      unreadable: { hash, bytes: value.subarray(0, 65_536) },
    })
    const unsigned = { ...recordOf(leaves, noteBy(other)), value }
    expect(readMessage(unsigned, keys)).toMatchObject({ refused: 'not-signed' })
  })
})
