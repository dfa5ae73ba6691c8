import { type CloudEvent, limits, partnerEventTypes } from '@haven/contracts'
import { pointersOf } from '@haven/problem'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBinary } from '../src/domain/binary-mode.ts'
import { canonicalForm } from '../src/domain/canonical-event.ts'
import { type Finding, type Reading, readStructured } from '../src/domain/reading.ts'
import { compileSchemas } from '../src/domain/schemas.ts'

const schemas = compileSchemas(partnerEventTypes, pointersOf)
const [submitted, withdrawn] = partnerEventTypes.map(({ sample }) => sample) as [CloudEvent, CloudEvent]
const read = (value: unknown) => readStructured(value, schemas)
const pointers = (reading: Reading) => findings(reading).map(({ pointer }) => pointer)
const findings = (reading: Reading): readonly Finding[] => ('errors' in reading ? reading.errors : [])

/** The same event as binary mode sends it. */
function binary({ data, datacontenttype: _, ...attributes }: CloudEvent): Reading {
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, [encodeURIComponent(String(value))]])
  return readBinary(Object.fromEntries(headers), data, schemas)
}

describe('the structured form', () => {
  test('takes every documented sample as it stands', () => {
    for (const { sample } of partnerEventTypes) expect(read(sample)).toEqual({ event: sample })
  })

  test('names every missing attribute at once', () => {
    expect(pointers(read({ specversion: '1.0', type: submitted.type }))).toEqual(['/id', '/source', '/data'])
  })

  test('names what is wrong inside the data by a pointer into the event', () => {
    const data = { ...(submitted.data as object), reference: 17, victim: { ageWhenTrafficked: -1 } }
    expect(pointers(read({ ...submitted, data }))).toEqual(['/data/reference', '/data/victim/ageWhenTrafficked'])
  })

  test('refuses bytes in base64 and says why', () => {
    const [first] = findings(read({ ...submitted, data: undefined, data_base64: 'AAAA' }))
    expect(first).toMatchObject({ pointer: '/data_base64', detail: expect.stringContaining('JSON in data') })
  })

  test('tells a partner with an unknown type where the known ones are listed', () => {
    const reading = read({ ...submitted, type: 'haven.partner.referral.invented.v1' })
    expect(reading).toMatchObject({ code: 'event-type-unknown', errors: [{ pointer: '/type' }] })
    expect(findings(reading)[0]!.detail).toContain('GET /event-types')
  })

  test.each([null, 'text', 7, [submitted]])('refuses %j, which is no JSON object', value => {
    expect(pointers(read(value))).toEqual([''])
  })

  test('refuses what is nested too deeply without walking down to its end', () => {
    let data: unknown = 1
    for (let level = 0; level < 100_000; level++) data = [data]
    expect(findings(read({ ...submitted, data }))[0]!.detail).toContain(`${limits.depth} levels`)
  })

  test('treats an attribute that is null as unset', () => {
    expect(read({ ...submitted, subject: null })).toEqual({ event: submitted })
    expect(pointers(read({ ...submitted, data: null }))).toEqual(['/data'])
  })

  test.each([
    { specversion: '0.3' },
    { id: '' },
    { id: 'x'.repeat(257) },
    { source: '' },
    { source: 'not a uri' },
    { time: 'yesterday' },
    { time: '2020-02-30T10:00:00Z' },
    { datacontenttype: 'text/xml' },
    { dataschema: 'no uri' },
  ])('refuses the attribute %j at its own pointer', change => {
    expect(pointers(read({ ...submitted, ...change }))).toContain(`/${Object.keys(change)[0]}`)
  })

  test.each([{ Extension: 'x' }, { with_underscore: 'x' }, { ext: 'x'.repeat(1_025) }, { ext: {} }, { ext: 1.5 }])(
    'refuses the extension %j without naming it',
    extension => {
      const reading = read({ ...submitted, ...extension })
      expect(findings(reading).length).toBeGreaterThan(0)
      expect(JSON.stringify(reading)).not.toMatch(/Extension|with_underscore|\/ext\b|xxx/)
    },
  )

  test('no finding ever repeats a value or an unknown name', () => {
    const planted = 'Planted-Q7'
    const scatter = fc.oneof(
      fc.constant({ ...submitted, [planted]: planted }),
      fc.constant({ ...submitted, id: { [planted]: planted } }),
      fc.constantFrom('reference', 'referral', 'person', 'victim', planted).map(name => ({
        ...submitted,
        data: { ...(submitted.data as object), [name]: { [planted]: planted } },
      })),
      fc.constantFrom('specversion', 'source', 'type', 'time', 'dataschema', 'datacontenttype').map(name => ({
        ...submitted,
        [name]: `${planted} \u0000`,
      })),
    )
    fc.assert(
      fc.property(scatter, event => {
        const reading = read(event)
        expect(findings(reading).length).toBeGreaterThan(0)
        expect(JSON.stringify(reading)).not.toContain(planted)
      }),
    )
  })
})

describe('binary mode', () => {
  test('reads percent-encoded and quoted header values', () => {
    const headers = headersOf({ 'ce-subject': '"Euro%20%E2%82%AC \\"x\\""' })
    expect(readBinary(headers, withdrawn.data, schemas)).toMatchObject({ event: { subject: 'Euro € "x"' } })
  })

  test.each([
    [{ 'ce-id': '%E2%82' }, '/id', 'percent-encoded'],
    [{ 'ce-subject': 'caf\u00c3\u00a9' }, '/subject', 'percent-encoded'],
    [{ 'ce-id': ['a', 'b'] }, '/id', 'one header'],
    [{ 'ce-secretname': '%' }, '', 'percent-encoded'],
    [{ 'ce-datacontenttype': 'application/json' }, '/datacontenttype', 'Content-Type'],
    [{ 'ce-data': '{}' }, '/data', 'the body is the data'],
    [{ 'ce-data_base64': 'AAAA' }, '/data_base64', 'base64'],
  ])('refuses %j with one finding at its place', (change, pointer, detail) => {
    const reading = readBinary(headersOf(change), withdrawn.data, schemas)
    expect(findings(reading)).toEqual([{ pointer, detail: expect.stringContaining(detail) }])
  })

  test('tells who sends plain JSON which attributes are missing', () => {
    expect(pointers(readBinary({}, withdrawn.data, schemas))).toEqual(['/specversion', '/id', '/source', '/type'])
  })

  function headersOf(change: Record<string, string | string[]>) {
    const { id, source, type } = withdrawn
    const all = { 'ce-specversion': '1.0', 'ce-id': id, 'ce-source': source, 'ce-type': type, ...change }
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value].flat()]))
  }
})

describe('the canonical form', () => {
  const attribute = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter(text => /^(?!\s*$)[^\p{Cc}\p{Cs}]*$/u.test(text))
  const extension = fc.oneof(attribute, fc.boolean(), fc.integer())
  const events = fc
    .record({ id: attribute, subject: attribute, myext: extension }, { requiredKeys: ['id'] })
    .map(attributes => ({ ...withdrawn, ...attributes }) as CloudEvent)

  test('is the same whether an event came structured or binary, whatever the order of its members', () => {
    fc.assert(
      fc.property(events, event => {
        const reversed = Object.fromEntries(Object.entries(event).reverse())
        const forms = [read(event), read(reversed), binary(event)].map(reading => {
          if ('errors' in reading) throw new Error(JSON.stringify(reading.errors))
          return Buffer.from(canonicalForm(reading.event)).toString()
        })
        expect(new Set(forms).size).toBe(1)
      }),
    )
  })

  test('differs as soon as any attribute or any part of the data differs', () => {
    fc.assert(
      fc.property(events, fc.constantFrom('id', 'subject', 'time', 'other'), (event, name) => {
        const changed = { ...event, [name]: `${String(event[name])}!` } as CloudEvent
        expect(canonicalForm(changed)).not.toEqual(canonicalForm(event))
        const data = { ...(event.data as object), reason: 'sentInError' }
        expect(canonicalForm({ ...event, data })).not.toEqual(canonicalForm(event))
      }),
    )
  })
})
