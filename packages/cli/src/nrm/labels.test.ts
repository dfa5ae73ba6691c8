import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { htcdsPicklists, referralSources } from '@haven/contracts'
import { describe, expect, test } from 'vitest'
import { ageGroupOf, exploitationOf, genderOf, isTotalResponder, sourceOf } from './labels.ts'
import { countriesOf } from './nationality.ts'

describe('the type of exploitation', () => {
  test.each([
    ['Criminal', ['Other']],
    ['Domestic', ['Servitude']],
    ['Labour', ['ForcedLabour']],
    ['Sexual', ['SexualExploitation']],
    ['Organ harvesting', ['OrganRemoval']],
    ['Labour & Criminal', ['ForcedLabour', 'Other']],
    ['Labour, Domestic & Criminal', ['ForcedLabour', 'Servitude', 'Other']],
    ['Sexual, Labour, Domestic & Criminal', ['SexualExploitation', 'ForcedLabour', 'Servitude', 'Other']],
    ['Not specified or unknown', []],
  ])('%s is %j', (label, types) => {
    expect(exploitationOf(label)).toEqual(types)
    for (const type of types) expect(htcdsPicklists.vic_TypeOfExploitation).toContain(type)
  })

  test.each(['', 'labour', 'Labour &', 'Labour & Labour', 'Labour; Sexual', 'Sexual & Unknown', 'Fishing'])(
    '%j is unknown and not guessed',
    label => {
      expect(exploitationOf(label)).toBeUndefined()
    },
  )
})

describe('age group and gender', () => {
  test('are those of the contract', () => {
    expect(ageGroupOf('Adult (18 or over)')).toBe('adult')
    expect(ageGroupOf('Child (17 or under)')).toBe('child')
    expect(ageGroupOf('Not specified or unknown')).toBe('unknown')
    expect(genderOf('Female')).toBe('Feminine')
    expect(genderOf('Male')).toBe('Masculine')
    expect(genderOf('Other')).toBe('NonConforming')
    expect(genderOf('Not specified or unknown')).toBe('NonSpecifiedUnknown')
  })

  test('an unknown label is not guessed', () => {
    expect(ageGroupOf('Adult (21 or over)')).toBeUndefined()
    expect(genderOf('F')).toBeUndefined()
  })
})

describe('the source of a referral', () => {
  test.each([
    ['NGO and third sector', "Barnardo's", 'ngo'],
    ['Police', 'Metropolitan Police Service', 'police'],
    ['Local authority', 'Kent County Council', 'health'],
    ['Local Authority', 'Local Authority', 'health'],
    ['Police', 'Tarian ROCU', 'police'],
    ['Government agency', 'Home Office - UK Border Force UKBF', 'migrationProvincial'],
    ['Government agency', 'Gangmasters and Labour Abuse Authority GLAA', 'labourInspector'],
    ['Government agency', 'National Crime Agency NCA', 'police'],
    ['Government agency', 'Home Office (UKVI)', 'migrationProvincial'],
    ['Government agency', 'GLAA', 'labourInspector'],
    ['Government agency', 'Gangmasters and Labour Abuse Authority', 'labourInspector'],
    ['Government agency', 'National Crime Agency', 'police'],
    ['Government agency', 'Southern Health and Social Care Trust', 'health'],
  ] as const)('%s, %s: %s', (type, responder, source) => {
    expect(sourceOf(type, responder)).toBe(source)
    expect(referralSources).toContain(source)
  })

  test('an unknown type of responder is not guessed', () => {
    expect(sourceOf('Charity', 'Kalayaan')).toBeUndefined()
  })

  test('only a label that ends in the word total is a sum', () => {
    expect(['NGO and third sector total', 'Police Total', 'Total'].every(isTotalResponder)).toBe(true)
    expect(['Totalsupport', 'Subtotal', 'Total Care'].some(isTotalResponder)).toBe(false)
  })
})

test('every label of the publication from the second quarter of 2022 to the fourth of 2023 is known, whoever referred', () => {
  const labels = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../test/published-labels.json'), 'utf8'),
  ) as Record<'exploitation' | 'age' | 'gender' | 'nationality', string[]> & { responders: [string, string][] }
  const unknown = (known: (label: string) => unknown, all: string[]) =>
    all.filter(label => label !== 'Total' && known(label) === undefined)
  expect(labels.responders.filter(([type, responder]) => sourceOf(type, responder) === undefined)).toEqual([])
  expect(unknown(exploitationOf, labels.exploitation)).toEqual([])
  expect(unknown(ageGroupOf, labels.age)).toEqual([])
  expect(unknown(genderOf, labels.gender)).toEqual([])
  expect(unknown(countriesOf, labels.nationality)).toEqual([])
  expect(labels.nationality.length).toBeGreaterThan(450)
})
