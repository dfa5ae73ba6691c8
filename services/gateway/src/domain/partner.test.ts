import { type CloudEvent, partnerEventTypes } from '@haven/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUnder, type Partner, refusalsOf } from './partner.ts'

const [submitted, withdrawn] = partnerEventTypes.map(({ sample }) => sample) as [CloudEvent, CloudEvent]
const partner: Partner = {
  id: '0193c1f2-0000-7000-8000-000000000001',
  organisation: 'harbour-house',
  sources: ['urn:partner:harbour-house'],
  referringOrganisations: ['Harbour House'],
}
const codes = (who: Partner, event: CloudEvent) => refusalsOf(who, event).map(({ code }) => code)

describe('a registered source', () => {
  test.each([
    ['urn:partner:harbour', 'urn:partner:harbour', true],
    ['urn:partner:harbour', 'urn:partner:harbour:desk-2', true],
    ['urn:partner:harbour', 'urn:partner:harbour-house', false],
    ['urn:partner:harbour', 'urn:partner:harb', false],
    ['https://ngo.example', 'https://ngo.example.invented', false],
    ['https://ngo.example', 'https://ngo.example/cases', true],
    ['https://ngo.example/', 'https://ngo.example/cases', true],
    ['', 'anything', false],
  ])('%j covers %j: %s', (prefix, source, covered) => {
    expect(isUnder(prefix, source)).toBe(covered)
  })

  test('covers itself and everything below it', () => {
    fc.assert(
      fc.property(fc.domain(), fc.base64String(), (domain, path) => {
        const prefix = `https://${domain}`
        expect(isUnder(prefix, prefix)).toBe(true)
        expect(isUnder(prefix, `${prefix}/${path}`)).toBe(true)
      }),
    )
  })
})

describe('a partner', () => {
  test('may submit under its source for an organisation it is registered for', () => {
    expect(refusalsOf(partner, submitted)).toEqual([])
    expect(refusalsOf({ ...partner, referringOrganisations: ['*'] }, submitted)).toEqual([])
  })

  test('is told of both, the source and the organisation that are not its own', () => {
    const stranger = { ...partner, sources: ['urn:partner:other'], referringOrganisations: ['Other'] }
    expect(codes(stranger, submitted)).toEqual(['source-not-registered', 'referring-organisation-not-registered'])
  })

  test('is told what it is registered for, so that it sees a misspelt source', () => {
    const many = Array.from({ length: 11 }, (_, at) => `Organisation ${at}`)
    const stranger = { ...partner, sources: ['urn:partner:a', 'urn:partner:b'], referringOrganisations: many }
    const [source, organisation] = refusalsOf(stranger, submitted).map(({ detail }) => detail)
    expect(source).toContain('(urn:partner:a, urn:partner:b)')
    expect(organisation).toContain('Organisation 9, …)')
    expect(refusalsOf({ ...stranger, sources: [] }, submitted)[0]?.detail).toContain('(none)')
  })

  test('needs no organisation for an event that names none', () => {
    expect(codes({ ...partner, referringOrganisations: ['Other'] }, withdrawn)).toEqual([])
  })
})
