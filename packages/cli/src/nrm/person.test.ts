import { countryCodes } from '@haven/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fragments } from './names.ts'
import { inventPerson, type Unnamed } from './person.ts'
import { regionOf, regions } from './regions.ts'

const day = fc
  .date({ min: new Date('2010-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10))
const unnamed: fc.Arbitrary<Unnamed> = fc.record({
  gender: fc.constantFrom('Feminine', 'Masculine', 'NonConforming', 'NonSpecifiedUnknown'),
  citizenship: fc.array(fc.constantFrom(...countryCodes), { maxLength: 3 }),
  ageGroup: fc.constantFrom('child', 'adult', 'unknown'),
  referredOn: fc.oneof(day, fc.constant('2024-02-29')),
})

const ageOn = (date: string, birthdate: string): number => {
  const years = Number(date.slice(0, 4)) - Number(birthdate.slice(0, 4))
  return date.slice(5) < birthdate.slice(5) ? years - 1 : years
}

describe('an invented person', () => {
  test('is the same for the same place, whoever asks', () => {
    fc.assert(
      fc.property(fc.string(), unnamed, (place, known) => {
        expect(inventPerson(place, known)).toEqual(inventPerson(place, structuredClone(known)))
      }),
    )
  })

  test('has the age that its age group says, on the day of the referral', () => {
    fc.assert(
      fc.property(fc.string(), unnamed, (place, known) => {
        const age = ageOn(known.referredOn, inventPerson(place, known).birthdate!)
        expect(age >= 18).toBe(known.ageGroup !== 'child')
        expect(age).toBeGreaterThanOrEqual(10)
        expect(age).toBeLessThan(60)
      }),
      { numRuns: 500 },
    )
  })

  test('is not too young by a day when the referral was on a leap day', () => {
    // children have the fewest birthdays: each of them comes up
    const known: Unnamed = { gender: 'Feminine', citizenship: ['AL'], ageGroup: 'child', referredOn: '2024-02-29' }
    const ages = Array.from({ length: 30_000 }, (_, n) =>
      ageOn(known.referredOn, inventPerson(String(n), known).birthdate!),
    )
    expect([Math.min(...ages), Math.max(...ages)]).toEqual([10, 17])
  })

  test('shares name and birthdate with no other, not even where most people are alike', () => {
    // children have the fewest birthdays; one country, gender and day: as alike as the statistics can make them
    const known: Unnamed = { gender: 'Masculine', citizenship: ['AL'], ageGroup: 'child', referredOn: '2023-11-05' }
    const seen = new Set<string>()
    for (let n = 0; n < 40_000; n++) {
      const { firstName, secondName, birthdate } = inventPerson(`place ${n}`, known)
      seen.add(`${firstName} ${secondName} ${birthdate}`.toLowerCase())
    }
    expect(seen.size).toBe(40_000)
  })
})

describe('the stock of names', () => {
  test('covers every country', () => {
    expect(countryCodes.filter(code => !regionOf.has(code))).toEqual([])
  })

  test('is plain letters, no fragment twice in its list, ten million million combinations a region', () => {
    for (const region of regions) {
      const { given, feminine, masculine, family, middle, ending } = fragments[region]
      for (const list of [given, feminine, masculine, family, middle, ending]) {
        expect(new Set(list).size).toBe(list.length)
        for (const fragment of list) expect(fragment).toMatch(/^[A-Za-z]+$/)
      }
      const familyNames = family.length * middle.length * ending.length
      const childrensBirthdays = 8 * 365
      expect(
        given.length * Math.min(feminine.length, masculine.length) * familyNames ** 2 * childrensBirthdays,
      ).toBeGreaterThan(1e13)
    }
  })
})
