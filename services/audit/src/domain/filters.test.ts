import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestWindowMs, readFilters, windowOf } from './filters.ts'

describe('filters', () => {
  test('whatever text is given, it is read or its flaw is told, without its value', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 4 }), { maxLength: 5 }), texts => {
        const { filters, flaws } = readFilters(texts)
        expect(Object.keys(filters).length + flaws.length).toBe(texts.length)
      }),
    )
    const { flaws } = readFilters(['name:Lale Ornek', 'subject:Lale Ornek', 'from:yesterday'])
    expect(flaws.map(({ at }) => at)).toEqual([0, 1, 2])
    expect(JSON.stringify(flaws)).not.toMatch(/Lale|yesterday/)
  })

  test('each name takes its value whole, colons and blanks too', () => {
    for (const name of ['actor', 'organisation', 'reason', 'ip', 'request', 'trace']) {
      expect(readFilters([`${name}:a b:c`]).filters).toEqual({ [name]: 'a b:c' })
    }
    expect(readFilters(['from:2026-01-02', 'to:2026-01-02T03:04:05+03:00']).filters).toEqual({
      from: new Date('2026-01-02T00:00:00Z'),
      to: new Date('2026-01-02T00:04:05Z'),
    })
  })

  test.each([
    ['outcome', 'refused', /outcome is one of success, denied, failure$/],
    ['class', 'data', /one of management, /],
    ['role', 'case worker', /caseworker/],
    ['purpose', 'care', /assistance/],
    ['action', 'referral.lst', /referral\.list/],
  ])(
    'a code of %s that does not exist is refused with those that do, for it would find nothing',
    (name, wrong, remedy) => {
      expect(readFilters([`${name}:${wrong}`]).flaws).toEqual([{ at: 0, detail: expect.stringMatching(remedy) }])
      expect(
        readFilters(['outcome:denied', 'class:data-access', 'role:caseworker', 'action:referral.list']).flaws,
      ).toEqual([])
    },
  )

  test('none is taken twice', () => {
    expect(readFilters(['actor:a', 'actor:b'])).toEqual({
      filters: { actor: 'a' },
      flaws: [{ at: 1, detail: 'actor is given twice' }],
    })
  })
})

describe('the time that is looked through', () => {
  const now = new Date('2026-05-06T07:08:09Z')
  const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })

  test('is never longer than 31 days, unless a subject or an actor has an index', () => {
    fc.assert(
      fc.property(fc.option(time, { nil: undefined }), fc.option(time, { nil: undefined }), (from, to) => {
        const window = windowOf({ ...(from && { from }), ...(to && { to }) }, now)
        if (window === null) expect(to!.getTime() - from!.getTime()).toBeGreaterThan(longestWindowMs)
        else expect(window.to!.getTime() - window.from!.getTime()).toBeLessThanOrEqual(longestWindowMs)
      }),
    )
    expect(windowOf({ actor: 'a' }, now)).toEqual({ from: undefined, to: undefined })
  })
})
