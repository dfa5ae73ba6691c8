import { partnerEventTypes } from '@haven/contracts'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { inventedReferral } from './people.ts'
import { canariesOf, plantedPeople } from './planted.ts'

const { people, findIn } = plantedPeople(50, 20_201)
const [first] = people
const canaries = canariesOf(first!)
const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))
const found = (bytes: Uint8Array) => findIn(Buffer.concat([noise, bytes, noise]))
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const escaped = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

describe('planted people', () => {
  test('are the same for the same seed and share no text', () => {
    expect(plantedPeople(50, 20_201).people).toEqual(people)
    const texts = people.flatMap(person => Object.values(canariesOf(person)))
    expect(new Set(texts).size).toBe(50 * 10)
  })

  test('pass the schema that partners are held to, as the usual invented people do', () => {
    const ajv = addFormats.default(new Ajv({ allErrors: true, strict: false }))
    const valid = ajv.compile(partnerEventTypes[0]!.dataSchema)
    for (const data of [...people.map(({ referral }) => referral), inventedReferral(1), inventedReferral(2)]) {
      expect(valid(data), JSON.stringify(valid.errors)).toBe(true)
    }
  })

  test('are not found where they are not', () => {
    expect(findIn(noise)).toEqual([])
    expect(findIn(Buffer.from(JSON.stringify(inventedReferral(3))))).toEqual([])
    expect(findIn(new Uint8Array(3))).toEqual([])
  })

  test('are found at the very beginning and end of what is searched', () => {
    const text = Buffer.from(canaries.firstName!)
    expect(findIn(text)).toMatchObject([{ person: 0, field: 'firstName', form: 'utf-8', at: 0 }])
    expect(findIn(Buffer.concat([noise, text]))).toMatchObject([{ field: 'firstName', at: noise.length }])
  })

  describe.each(Object.entries(canaries))('by their %s', (field, text) => {
    const forms: [string, Uint8Array][] = [
      ['in UTF-8', Buffer.from(text)],
      ['in lower case', Buffer.from(text.replace(/[A-Z]/g, letter => letter.toLowerCase()))],
      ['in UTF-16', utf16(text)],
      ['in UTF-16 of the other byte order', utf16(text).swap16()],
      ['in hex', Buffer.from(Buffer.from(text).toString('hex').toUpperCase())],
      ['percent-encoded', Buffer.from(encodeURIComponent(text))],
      ['in a form', Buffer.from(new URLSearchParams({ a: text }).toString())],
      ['in JSON', Buffer.from(JSON.stringify({ a: { b: [text] } }))],
      ['in JSON of ASCII alone', Buffer.from(escaped(JSON.stringify(text)))],
      ...[0, 1, 2].flatMap((before): [string, Uint8Array][] => [
        [
          `in base64 after ${before} bytes`,
          Buffer.from(Buffer.from(`${'{'.repeat(before)}${text}}`).toString('base64')),
        ],
        [
          `in base64url after ${before} bytes`,
          Buffer.from(Buffer.from(`${'{'.repeat(before)}${text}}`).toString('base64url')),
        ],
      ]),
    ]
    test.each(forms)('%s', (_, bytes) => {
      expect(found(bytes)).toContainEqual(expect.objectContaining({ person: 0, field }))
    })
  })

  test('are found as they are normalised for blind indexes', () => {
    expect(found(Buffer.from(canaries.firstName!.toLowerCase().replace('ş', 's')))).toContainEqual(
      expect.objectContaining({ field: 'firstName', form: 'normalised' }),
    )
  })

  test('are found by nothing that tells who they are', () => {
    const finding = JSON.stringify(found(Buffer.from(canaries.email!)))
    expect(finding.toLowerCase()).not.toContain(canaries.email!.toLowerCase())
  })
})
