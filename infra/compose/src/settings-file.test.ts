import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSettings, withSettings } from './settings-file.ts'

const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/)
const value = fc.stringMatching(/^[a-z0-9:/.-]{0,12}$/)
const settings = fc.dictionary(name, value).map(pairs => new Map(Object.entries(pairs)))

test('what is set is read back, and what stood there beside it stays', () => {
  fc.assert(
    fc.property(settings, settings, (before, wanted) => {
      const text = withSettings(withSettings('# mine\n', before), wanted)
      expect(parseSettings(text)).toEqual(new Map([...before, ...wanted]))
      expect(text.startsWith('# mine\n')).toBe(true)
    }),
  )
})

test('nothing changes when everything is as wanted', () => {
  fc.assert(
    fc.property(settings, wanted => {
      const once = withSettings('', wanted)
      expect(withSettings(once, wanted)).toBe(once)
    }),
  )
})

test("a person's own line keeps its place", () => {
  expect(
    withSettings(
      'A=1\n\n# why\nB=2\n',
      new Map([
        ['A', '3'],
        ['C', '4'],
      ]),
    ),
  ).toBe('A=3\n\n# why\nB=2\nC=4\n')
})
