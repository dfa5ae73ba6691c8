import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Identity, identifiersOf } from './duplicates.ts'

const lower = (value: string): string => value.trim().toLowerCase()
const normalise = { name: lower, identifier: lower, phone: lower }
const text = fc.string({ maxLength: 6 })
const identity: fc.Arbitrary<Identity> = fc.record(
  {
    firstName: text,
    secondName: text,
    birthdate: fc.constantFrom('1990-01-01', '1991-02-03'),
    identityNumber: text,
    mobilePhone: text,
    email: text,
  },
  { requiredKeys: [] },
)

const common = (one: Identity, other: Identity): string[] => {
  const theirs = identifiersOf(other, normalise).map(({ kind, value }) => `${kind} ${value}`)
  return identifiersOf(one, normalise)
    .filter(({ kind, value }) => theirs.includes(`${kind} ${value}`))
    .map(({ kind }) => kind)
}

describe('duplicates', () => {
  test('people who differ in a name or in the birthdate are not taken for one by name and birthdate', () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const same = (key: 'firstName' | 'secondName'): boolean => lower(one[key] ?? '') === lower(other[key] ?? '')
        const alike = same('firstName') && same('secondName') && one.birthdate === other.birthdate
        if (!alike) expect(common(one, other)).not.toContain('nameAndBirthdate')
      }),
    )
  })

  test('what matches does so both ways round', () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        expect(common(one, other)).toEqual(common(other, one))
      }),
    )
  })

  test('an absent or empty attribute never matches another empty one', () => {
    const nothing = { firstName: ' ', secondName: '', identityNumber: '  ', mobilePhone: '', email: ' ' }
    expect(identifiersOf(nothing, normalise)).toEqual([])
    expect(identifiersOf({}, normalise)).toEqual([])
  })

  test('a name without a birthdate, or a birthdate without a name, identifies nobody', () => {
    expect(identifiersOf({ firstName: 'Ada', secondName: 'Invented' }, normalise)).toEqual([])
    expect(identifiersOf({ birthdate: '1990-01-01' }, normalise)).toEqual([])
  })

  test('where the first name ends and the second begins is part of the name', () => {
    const birthdate = '1990-01-01'
    expect(
      common({ firstName: 'an na', secondName: 'b', birthdate }, { firstName: 'an', secondName: 'na b', birthdate }),
    ).toEqual([])
  })

  test('any single kind in common is a match', () => {
    const one = {
      firstName: 'Ada',
      secondName: 'Invented',
      birthdate: '1990-01-01',
      identityNumber: 'X1',
      mobilePhone: '+905550000001',
      email: 'a@b.example',
    }
    for (const key of ['identityNumber', 'mobilePhone', 'email'] as const) {
      expect(common(one, { firstName: 'Other', birthdate: '2001-01-01', [key]: one[key].toUpperCase() })).toEqual([key])
    }
  })
})
