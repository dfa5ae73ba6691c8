import { countryCodes } from '@haven/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { demonyms } from './demonyms.ts'
import { countriesOf } from './nationality.ts'

describe('a label of nationality', () => {
  test.each([
    ['Albanian', ['AL']],
    ['UK', ['GB']],
    ['Eritrean Ethiopian', ['ER', 'ET']],
    ['Nigerian UK', ['NG', 'GB']],
    ['Albanian Botswanan', ['AL', 'BW']],
    ['Sri Lankan', ['LK']],
    ['Saudi Arabian', ['SA']],
    ['South Sudanese', ['SS']],
    ['Sierra Leonean', ['SL']],
    ['Congolese (Congo)', ['CG']],
    ['Congolese (DRC)', ['CD']],
    ['Congolese (DRC) UK', ['CD', 'GB']],
    ['Dominican', ['DM']],
    ['Citizen of the Dominican Republic', ['DO']],
    ['Citizen of Guinea-Bissau', ['GW']],
    ['Papua New Guinean', ['PG']],
    ['Equatorial Guinean', ['GQ']],
    ['Guinean', ['GN']],
    ['American Samoan', ['AS']],
    ['Samoan American', ['WS', 'US']],
    ['Nigerien Nigerian', ['NE', 'NG']],
    ['South African Zimbabwean UK', ['ZA', 'ZW', 'GB']],
    ['Northern Irish Irish', ['GB', 'IE']],
    ['British English', ['GB']],
    ['Kosovan', ['XK']],
    ['Congolese Drc ', ['CD']],
    ['Congolese (Drc) UK', ['CD', 'GB']],
    ['Congolese Congo Rwandan', ['CG', 'RW']],
    ['Citizen of Guinea Bissau Portuguese', ['GW', 'PT']],
    ['Turkish UKrainian', ['TR', 'UA']],
    ['Albanian Unknown', ['AL']],
    ['Unknown Vietnamese', ['VN']],
    ['Stateless', []],
    ['Not specified or unknown', []],
  ])('%s is %j', (label, codes) => {
    expect(countriesOf(label)).toEqual(codes)
  })

  test.each([
    '',
    'Narnian',
    'albanian',
    'Albanian  UK',
    'Albanian Narnian',
    'Unknown Narnian',
    ' Albanian',
    'Albanian  ',
    'Narnian Albanian',
    'Congolese',
    'Korean',
    'Kurdish',
    'Total',
    'Albanian Bosnian Croatian Danish',
  ])('%j is unknown and not guessed', label => {
    expect(countriesOf(label)).toBeUndefined()
  })

  test('every demonym stands for a country that the contract takes', () => {
    for (const code of demonyms.values()) expect(countryCodes).toContain(code)
  })

  test('two or three known demonyms side by side are their countries, each once', () => {
    const known = [...demonyms.keys()]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...known), { minLength: 1, maxLength: 3 }), parts => {
        const wanted = new Set(parts.map(part => demonyms.get(part)!))
        const read = countriesOf(parts.join(' '))
        expect(read).toBeDefined()
        expect(new Set(read).size).toBe(read!.length)
        // 'Northern' + 'Irish' cannot arise from parts, but 'American Samoan' can: the longest demonym wins
        if (!parts.some((part, n) => demonyms.has(`${part} ${parts[n + 1]}`))) expect(new Set(read)).toEqual(wanted)
      }),
    )
  })
})
