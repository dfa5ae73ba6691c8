import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseIdentifier, normaliseName, normalisePhone } from './normalise.ts'

const rules = { normaliseName, normaliseIdentifier, normalisePhone }
const anything = fc.string({ unit: 'binary' })
const cased = fc.string({
  unit: fc.constantFrom(...'abcçdefgğhıijklmnoöprsştuüvyzâîûêéèñåøæœßłđşţабвийёщъяθσςώ '),
  minLength: 1,
})

describe.each(Object.entries(rules))('%s', (_, rule) => {
  test('twice is once, for every string', () => {
    fc.assert(
      fc.property(anything, text => {
        expect(rule(rule(text))).toBe(rule(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('twice is once, for every assigned character of Unicode', () => {
    const unstable: string[] = []
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      if (/\p{Cn}|\p{Co}|\p{Cs}/u.test(character)) continue
      const text = `a${character}1`
      if (rule(rule(text)) !== rule(text)) unstable.push(code.toString(16))
    }
    expect(unstable).toEqual([])
  })

  test('composed and decomposed spelling are one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(rule(text.normalize('NFD'))).toBe(rule(text.normalize('NFC')))
      }),
    )
  })
})

describe('names', () => {
  test.each([
    ['dotted and undotted i', ['İPEK', 'ipek', 'Ipek', 'İpek', 'ıpek', 'I\u0307PEK'], 'ipek'],
    ['Turkish letters', ['Gülşah ÇAĞLAR', 'gulsah caglar', 'GÜLŞAH ÇAĞLAR', 'Gulsah Çaglar'], 'gulsah caglar'],
    ['hyphens, points and blanks', ['Ana-Maria', ' ana  maria ', 'ANA.MARIA', 'Ana\u00a0Maria'], 'ana maria'],
    ['apostrophes', ["O'g'li", 'Oʻgʻli', 'O‘g‘li', 'Ogli'], 'ogli'],
    ['Cyrillic as a passport writes it', ['Юлия Щербакова', 'IULIIA SHCHERBAKOVA'], 'iuliia shcherbakova'],
    ['letters without decomposition', ['Łukasz Đorđe Søren', 'lukasz dorde soren'], 'lukasz dorde soren'],
    ['Greek, whose small sigma has two shapes', ['ΓΙΩΡΓΟΣ Α', 'Γιώργος α', 'γιωργοσ α'], 'γιωργοσ α'],
    ['full width', ['ＡＮＡ', 'ana'], 'ana'],
    ['Arabic and Persian keyboards', ['علي', 'علی', 'عَلِي'], 'علي'],
  ])('%s agree', (_, spellings, normal) => {
    expect(new Set(spellings.map(normaliseName))).toEqual(new Set([normal]))
  })

  test('case, of Turkish and of English capitals, never matters', () => {
    fc.assert(
      fc.property(cased, name => {
        const spellings = [
          name.toUpperCase(),
          name.toLowerCase(),
          name.toLocaleUpperCase('tr'),
          name.toLocaleLowerCase('tr'),
        ]
        expect(new Set(spellings.map(normaliseName))).toEqual(new Set([normaliseName(name)]))
      }),
    )
  })

  test('different names stay different', () => {
    const names = ['Ayşe', 'Ayla', 'Ana Maria', 'Anamaria', '李', '王', 'علي', 'عمر', '---', '***', 'ა', 'ბ']
    expect(new Set(names.map(normaliseName)).size).toBe(names.length)
  })

  test('only blanks become nothing', () => {
    expect(normaliseName(' \t\u00a0')).toBe('')
    fc.assert(
      fc.property(
        anything,
        name => (normaliseName(name) === '') === (name.toWellFormed().normalize('NFKC').trim() === ''),
      ),
    )
  })
})

describe('identifiers and telephone numbers', () => {
  test('spaces, signs, case and other digits do not tell two identifiers apart', () => {
    expect(new Set(['AB 12-34', 'ab1234', 'AB.12/34', 'ab١٢٣٤', 'ab۱۲۳۴'].map(normaliseIdentifier))).toEqual(
      new Set(['ab1234']),
    )
  })

  test.each([
    [['+90 532 000 00 00', '0090 532 0000000', '+90 (0)532 000-00-00', '+٩٠٥٣٢٠٠٠٠٠٠٠'], '+905320000000'],
    [['0532 000 00 00', '(0532) 0000000'], '05320000000'],
    [['', 'none', '+'], ''],
  ])('%j', (spellings, normal) => {
    expect(new Set(spellings.map(normalisePhone))).toEqual(new Set([normal]))
  })
})
