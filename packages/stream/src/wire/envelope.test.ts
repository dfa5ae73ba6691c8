import type { BusRecord } from '@haven/bus'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactRow } from '../relay/statements.ts'
import type { StreamName } from '../steps/stream-name.ts'
import { headerNames, maxKeyBytes, readEnvelope, readNumber } from './envelope.ts'
import { readAsk } from './read-ask.ts'
import { askRecord, factRecord, headRecord, sizeOf } from './records.ts'

const stream: StreamName = { service: 'intake', epoch: 7n, topic: 'haven.test.thing', partition: 2 }
const id = '00000000-0000-7000-8000-000000000001'
const prev = '00000000-0000-7000-8000-000000000002'
const row: FactRow = {
  stream: 1,
  seq: 3n,
  fact_id: id,
  key: 'k',
  type: 't',
  subject: 's',
  organisation: 'o',
  version: null,
  time: new Date(0),
  traceparent: null,
  data: '{"n": 1}',
}
const arrived = (record: { key: string | null; headers: Record<string, string>; value: Buffer | null }): BusRecord => {
  return { ...record, topic: stream.topic, partition: 2, offset: 0n, timestamp: new Date(0) }
}

describe('what is written is read', () => {
  it('a fact, with its text as it was stored', () => {
    const record = factRecord(stream, row, { prev, sent: 2n }, false)
    expect(readEnvelope(arrived(record))).toEqual({ kind: 'fact', stream, seq: 3n, sent: 3n, prev, factId: id })
    expect(record.value?.toString()).toBe('{"n": 1}')
    expect(record.headers).not.toHaveProperty('ce_sequence')
    expect(factRecord(stream, { ...row, version: '4' }, { prev: null, sent: 0n }, true)).toMatchObject({
      value: null,
      headers: { ce_sequence: '4' },
    })
  })

  it('a head, also one that speaks of no fact', () => {
    const head = (seq: bigint, factId: string | null) => ({
      kind: 'head',
      stream,
      dueMs: 5_000,
      seq,
      sent: seq,
      factId,
    })
    expect(readEnvelope(arrived(headRecord(stream, 3n, id, 5_000)))).toEqual(head(3n, id))
    expect(readEnvelope(arrived(headRecord(stream, 0n, null, 5_000)))).toEqual(head(0n, null))
  })

  it('a fact that is sent again, with the highest number that was ever sent', () => {
    const again = factRecord(stream, row, { prev, sent: 12n }, false)
    expect(readEnvelope(arrived(again))).toMatchObject({ seq: 3n, sent: 12n })
  })

  it('an ask', () => {
    const ask = readAsk(arrived(askRecord(stream, 4n, 'gateway.receipts')))
    expect(ask).toEqual({ stream: 'intake/7/haven.test.thing/2', from: 4n, by: 'gateway.receipts' })
    expect(readAsk(arrived({ key: null, headers: {}, value: null }))).toBeNull()
    expect(readAsk(arrived(askRecord(stream, 4n, 'x\nforged line')))?.by).toBe('unknown')
  })
})

describe('what anybody may have written', () => {
  const good = factRecord(stream, row, { prev, sent: 0n }, false)
  const withHeaders = (headers: Record<string, string>) =>
    arrived({ ...good, headers: { ...good.headers, ...headers } })

  it.each([
    ['no stream', { [headerNames.stream]: '' }, 'no-stream'],
    ['another partition’s stream', { [headerNames.stream]: 'intake/7/haven.test.thing/1' }, 'other-partition'],
    [
      'an epoch that no database holds',
      { [headerNames.stream]: `intake/${2n ** 63n}/haven.test.thing/2` },
      'no-stream',
    ],
    ['no number', { [headerNames.seq]: 'three' }, 'no-number'],
    ['number 0', { [headerNames.seq]: '0' }, 'no-number'],
    ['a head without a number', { [headerNames.head]: '-1' }, 'no-number'],
    ['no id', { ce_id: 'not a uuid' }, 'no-fact-id'],
    ['a NUL', { ce_subject: 'a\0b' }, 'nul-in-header'],
  ])('%s makes it foreign', (_, headers, reason) => {
    expect(readEnvelope(withHeaders(headers))).toEqual({ kind: 'foreign', reason })
  })

  it('a key that no index takes makes it foreign: it could not be parked, and would hold its stream up for ever', () => {
    const longest = 'ü'.repeat(maxKeyBytes / 2)
    expect(readEnvelope(arrived({ ...good, key: longest }))).toMatchObject({ kind: 'fact' })
    expect(readEnvelope(arrived({ ...good, key: `${longest}k` }))).toEqual({ kind: 'foreign', reason: 'key-too-long' })
  })

  it('never makes the reader throw', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('1', '-1', '1e3', 'NaN', 'Infinity', id, 'intake/7/haven.test.thing/2'),
    )
    const headers = fc.dictionary(fc.constantFrom(...Object.values(headerNames), 'ce_id'), text)
    fc.assert(
      fc.property(headers, fc.option(fc.string()), (given, key) => {
        const read = readEnvelope(arrived({ key, headers: given, value: null }))
        if (read.kind === 'head') expect(Number.isFinite(read.dueMs)).toBe(true)
      }),
    )
  })

  it('a number has one form and fits the database', () => {
    expect(readNumber('9223372036854775807')).toBe(2n ** 63n - 1n)
    for (const text of ['9223372036854775808', '007', '+1', ' 1', '1.0', '']) expect(readNumber(text)).toBeNull()
  })
})

describe('the size of a record', () => {
  it('is never less than its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (key, value) => {
        const record = { key, headers: { name: value }, value: Buffer.from(value) }
        expect(sizeOf(record)).toBeGreaterThanOrEqual(Buffer.byteLength(key) + 2 * Buffer.byteLength(value) + 4)
      }),
    )
  })
})
