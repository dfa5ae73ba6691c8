import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AuditEntry, annotationKeywords, entryBytes, maxEntryBytes } from '../src/index.ts'
import { entry } from './entries.ts'

const ajv = new Ajv({ strict: true })
formats.default(ajv)
ajv.addVocabulary([...annotationKeywords])
const fits = ajv.compile(AuditEntry)

test('an entry fits its schema, which takes nothing that it does not name', () => {
  expect(fits(entry()), ajv.errorsText(fits.errors)).toBe(true)
  expect(fits({ ...entry(), name: 'Lale' })).toBe(false)
  expect(fits({ ...entry(), subjects: ['Lale'] })).toBe(false)
})

test('each member says where it goes in FHIR and in OCSF', () => {
  for (const [name, schema] of Object.entries(AuditEntry.properties)) {
    const { 'x-fhir': fhir, 'x-ocsf': ocsf } = schema as { 'x-fhir'?: string; 'x-ocsf'?: string }
    expect([name, fhir, ocsf]).toEqual([name, expect.stringMatching(/^[a-z]/), expect.stringMatching(/^[a-z]/)])
  }
})

test('equal entries give equal bytes, whatever the order of their members', () => {
  const backwards = Object.fromEntries(Object.entries(entry()).reverse()) as AuditEntry
  expect(Buffer.from(entryBytes(backwards))).toEqual(Buffer.from(entryBytes(entry())))
})

test('bytes say what the entry says', () => {
  fc.assert(
    fc.property(fc.array(fc.uuid(), { maxLength: 200 }), fc.string({ unit: 'grapheme' }), (subjects, id) => {
      const one = entry({ subjects, resource: { type: 'case', id } })
      expect(JSON.parse(Buffer.from(entryBytes(one)).toString())).toEqual(one)
    }),
  )
})

test('a page of subjects fits; what is longer than 16 KiB or has half a character is refused without its text', () => {
  const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
  expect(entryBytes(entry({ subjects: Array.from({ length: 200 }, () => uuid) })).length).toBeLessThan(maxEntryBytes)
  expect(() => entryBytes(entry({ fields: ['x'.repeat(maxEntryBytes)] }))).toThrow(/^an entry has \d+ bytes/)
  expect(() => entryBytes(entry({ fields: ['Lale\ud800'] }))).toThrow(/^not JSON: a string with a lone surrogate$/)
})
