import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatStreamName, parseStreamName } from './stream-name.ts'

const name = fc.record({
  service: fc.constantFrom('gateway', 'intake', 'a-b'),
  epoch: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  topic: fc.constantFrom('haven.partner.inbound', 'haven.intake.case'),
  partition: fc.integer({ min: 0, max: 99_999 }),
})

describe('a stream’s name', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(name, one => {
        expect(parseStreamName(formatStreamName(one))).toEqual(one)
      }),
    )
  })

  it('has one form only: what is read is written the same', () => {
    const parts = fc.constantFrom(
      'gateway',
      '/',
      '01',
      '1',
      '3',
      'haven.partner.inbound',
      ' ',
      '-',
      '\0',
      '🜁',
      '99999999999999999999',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 9 }), some => {
        const text = some.join('')
        const read = parseStreamName(text)
        if (read) expect(formatStreamName(read)).toBe(text)
      }),
    )
  })

  it.each([
    '',
    'gateway',
    'gateway/0/t/1',
    'gateway/1/t/01',
    'gateway/1/t/-1',
    'gateway/1//1',
    'Gateway/1/t/1',
    'gateway/1/t/1/',
    'gateway/9223372036854775808/t/1',
  ])('is not %j', text => {
    expect(parseStreamName(text)).toBeNull()
  })
})
