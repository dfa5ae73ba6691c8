import type { CloudEvent } from '@haven/contracts'
import { type KafkaMessage, CloudEvent as TheirEvent, Kafka as theirs } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromKafka, toKafka } from './cloud-events.ts'

const attribute = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(text => /^[^\p{Cc}\p{Cs}]+$/u.test(text) && text.trim() !== '')
const event: fc.Arbitrary<CloudEvent> = fc.record(
  {
    specversion: fc.constant('1.0' as const),
    id: attribute,
    source: fc.webPath().map(path => `/services${path}`),
    type: fc.constantFrom('haven.intake.case.opened.v1', 'haven.partner.inbound.accepted.v1'),
    subject: attribute,
    time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map(date => date.toISOString()),
    dataschema: fc.constant('https://haven.example/schema'),
    organisation: attribute,
    data: fc.dictionary(fc.string(), fc.jsonValue()).map(data => JSON.parse(JSON.stringify(data))),
  },
  { requiredKeys: ['specversion', 'id', 'source', 'type', 'data'] },
)

describe('the CloudEvents mapping', () => {
  test('gives back every event that it wrote', () => {
    fc.assert(
      fc.property(event, attribute, (original, key) => {
        const { partitionkey, datacontenttype, ...read } = fromKafka(toKafka(original, { key }))
        expect(read).toEqual(original)
        expect({ partitionkey, datacontenttype }).toEqual({ partitionkey: key, datacontenttype: 'application/json' })
      }),
    )
  })

  test('writes what the reference implementation reads', () => {
    fc.assert(
      fc.property(event, attribute, (original, key) => {
        const { headers, value } = toKafka(original, { key })
        const read = theirs.toEvent({ key, headers, value, body: value } as KafkaMessage) as TheirEvent
        expect({ ...read.toJSON(), data: read.data }).toMatchObject({ ...original, partitionkey: key })
      }),
    )
  })

  test('reads what the reference implementation writes', () => {
    fc.assert(
      fc.property(event, attribute, (original, key) => {
        const message = theirs.binary(
          new TheirEvent({ ...original, partitionkey: key, datacontenttype: 'application/json' }),
        )
        const headers = Object.fromEntries(
          Object.entries(message.headers).map(([name, given]) => [name, String(given)]),
        )
        expect(fromKafka({ headers, value: Buffer.from(JSON.stringify(message.value)) })).toMatchObject(original)
      }),
    )
  })

  test('takes an event without data for a tombstone, with everything else in its headers', () => {
    const { value, headers } = toKafka(
      { specversion: '1.0', id: '1', source: '/a', type: 't', sequence: 7 },
      { key: 'k' },
    )
    expect(value).toBeNull()
    expect(fromKafka({ headers, value })).toEqual({
      specversion: '1.0',
      id: '1',
      source: '/a',
      type: 't',
      sequence: '7',
      partitionkey: 'k',
    })
  })

  const good = toKafka({ specversion: '1.0', id: '1', source: '/a', type: 't', data: {} }, { key: 'k' })
  const without = (name: string) => Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name))
  test.each([
    ['without an id', { headers: without('ce_id'), value: good.value }],
    ['without a source', { headers: without('ce_source'), value: good.value }],
    ['of another version', { headers: { ...good.headers, ce_specversion: '0.3' }, value: good.value }],
    ['whose value is no JSON', { ...good, value: Buffer.from('{"name": Ayşe') }],
    ['whose value is no UTF-8', { ...good, value: Buffer.from([0x22, 0xff, 0x22]) }],
    ['of another content type', { ...good, headers: { ...good.headers, 'content-type': 'text/plain' } }],
  ])('refuses a record %s and repeats nothing of it', (_, record) => {
    expect(() => fromKafka(record)).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.not.stringMatching('Ayşe') }),
    )
  })
})
