import { generateKeyPairSync } from 'node:crypto'
import type { BusRecord, OutgoingRecord } from '@haven/bus'
import { accessTopicOf } from '@haven/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameEntries } from '../record/frames.ts'
import { emptyChain, extend } from './leaf.ts'
import { headRecord, readChainMessage, runRecord } from './message.ts'
import { signHead, verifyHead } from './signed-head.ts'

const key = generateKeyPairSync('ed25519')
const producer = { service: 'intake', epoch: 7n }
const { leaves, head } = extend('intake/7', emptyChain, [Buffer.from('{"a":1}'), Buffer.from('{"b":2}')])
const note = signHead(producer, head, key, 5)
const run = runRecord(producer, leaves, note, 2n)

const received = (record: OutgoingRecord, changes: Partial<BusRecord> = {}): BusRecord => ({
  topic: accessTopicOf('intake'),
  partition: 0,
  offset: 0n,
  timestamp: new Date(0),
  ...record,
  ...changes,
})

describe('a message of a chain', () => {
  it('brings its leaves as they were stored, and the head that covers them', () => {
    const message = readChainMessage(received(run))
    expect(message).toMatchObject({ kind: 'run', producer: 'intake/7', seq: 2n, sent: 2n, note, dueMs: 5_000 })
    expect(message.kind === 'run' && message.leaves.map(leaf => leaf.bytes)).toEqual(leaves.map(leaf => leaf.bytes))
    expect(verifyHead(note, key.publicKey)).toEqual({ producer: 'intake/7', ...head, signedAt: 5 })
  })

  it('that is sent again says how far was sent', () => {
    const again = runRecord(producer, leaves.slice(0, 1), signHead(producer, leaves[0]!, key, 5), 2n)
    expect(readChainMessage(received(again))).toMatchObject({ kind: 'run', seq: 1n, sent: 2n })
  })

  it('without leaves is a head that says when the next is due', () => {
    const message = readChainMessage(received(headRecord(producer, 2n, note, 10_000)))
    expect(message).toMatchObject({ kind: 'head', seq: 2n, dueMs: 10_000, note })
    const empty = headRecord(producer, 0n, signHead(producer, emptyChain, key, 5), 10_000)
    expect(readChainMessage(received(empty))).toMatchObject({ kind: 'head', seq: 0n })
  })

  const withHeader = (name: string, value: string) => received({ ...run, headers: { ...run.headers, [name]: value } })
  it.each([
    ['no stream', received({ ...run, headers: {} }), 'no-stream'],
    ['another partition', received(run, { partition: 11 }), 'other-partition'],
    ['a stream of another topic', received(run, { topic: accessTopicOf('gateway') }), 'other-partition'],
    [
      "another service's stream, which names the topic that it stands on",
      received(
        { ...run, headers: { ...run.headers, 'haven-stream': `intake/7/${accessTopicOf('gateway')}/0` } },
        { topic: accessTopicOf('gateway') },
      ),
      'other-owner',
    ],
    ['no head', withHeader('haven-chain-head', 'x'), 'no-head'],
    [
      "another producer's head",
      withHeader('haven-chain-head', signHead({ ...producer, epoch: 8n }, head, key, 5)),
      'no-head',
    ],
    ['a head of two minds', withHeader('haven-head', '1'), 'no-number'],
  ])('with %s is passed over, and nothing is thrown', (_, record, reason) => {
    expect(readChainMessage(record)).toEqual({ kind: 'foreign', reason })
  })

  it.each([
    ['another first number', withHeader('haven-seq', '2')],
    ['no number', withHeader('haven-seq', '0')],
    ['a head that says less', withHeader('haven-chain-head', signHead(producer, leaves[0]!, key, 5))],
    ['nothing in it', received({ ...run, value: null })],
    ['an end inside a leaf', received({ ...run, value: run.value!.subarray(0, -1) })],
    ['something that is no leaf', received({ ...run, value: frameEntries([Buffer.from('{}'), leaves[1]!.bytes]) })],
    [
      "another producer's leaf",
      received({
        ...run,
        value: frameEntries(
          extend('intake/8', emptyChain, [Buffer.from('{}'), Buffer.from('{}')]).leaves.map(leaf => leaf.bytes),
        ),
      }),
    ],
  ])('with %s is not what its head was signed for, and says so with the head', (_, record) => {
    const { value } = record
    expect(readChainMessage(record)).toMatchObject({ kind: 'unreadable', value: value ?? Buffer.alloc(0) })
    expect(readChainMessage(record)).not.toHaveProperty('leaves')
  })

  it('never throws, whatever anybody writes', () => {
    const headers = fc.dictionary(fc.constantFrom(...Object.keys(run.headers), 'haven-head'), fc.string())
    fc.assert(
      fc.property(headers, fc.option(fc.uint8Array()), (some, value) => {
        const record = received(run, { headers: { ...run.headers, ...some }, value: value && Buffer.from(value) })
        expect(readChainMessage(record).kind).toMatch(/run|head|unreadable|foreign/)
      }),
    )
  })
})
