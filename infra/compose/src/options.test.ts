import { describe, expect, test } from 'vitest'
import { chooseSettings } from './options.ts'

const known = (settings: Record<string, string>) => new Map(Object.entries(settings))
const own = { issuer: 'https://id.example.org', organisation: 'example' }

describe('who signs people in', () => {
  test('has to be said', () => {
    expect(() => chooseSettings({}, known({}))).toThrow('--issuer')
  })

  test('is the demonstration only when asked for, and then its tokens are accepted', () => {
    const { isDemo, settings } = chooseSettings({ demo: true }, known({}))
    expect(isDemo).toBe(true)
    expect(settings.get('HAVEN_ALLOW_DEMO_CREDENTIALS')).toBe('true')
    expect(settings.get('COMPOSE_PROFILES')).toBe('demo')
  })

  test('is an own provider otherwise, and then no demonstration is left, whatever was chosen before', () => {
    const before = Object.fromEntries(chooseSettings({ demo: true }, known({})).settings)
    const { isDemo, settings } = chooseSettings(own, known(before))
    expect(isDemo).toBe(false)
    expect(settings.get('HAVEN_ALLOW_DEMO_CREDENTIALS')).toBe('false')
    expect(settings.get('COMPOSE_PROFILES')).toBe('')
    expect(settings.get('HAVEN_ISSUER_DIRECTORY')).toBe('')
    expect(settings.get('HAVEN_ISSUER')).toBe(own.issuer)
  })

  test('stays as it was decided when nothing is said', () => {
    const before = Object.fromEntries(chooseSettings(own, known({})).settings)
    expect(Object.fromEntries(chooseSettings({}, known(before)).settings)).toEqual(before)
  })

  test.each([
    ['both are said', { demo: true, ...own }],
    ['it would be asked without TLS', { ...own, issuer: 'http://id.example.org' }],
    ['nobody receives referrals', { issuer: own.issuer }],
  ])('is refused when %s', (_what, options) => {
    expect(() => chooseSettings(options, known({}))).toThrow(/--(demo|issuer|organisation)/)
  })
})

test('every installation of Kafka has a name of its own, which no tool takes for an option', () => {
  const ids = Array.from(
    { length: 200 },
    () => chooseSettings({ demo: true }, known({})).settings.get('HAVEN_KAFKA_CLUSTER_ID')!,
  )
  expect(new Set(ids).size).toBe(200)
  expect(ids.filter(id => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id))).toEqual([])
})
