import { Problem } from '@haven/problem'
import fc from 'fast-check'
import type { FastifyRequest } from 'fastify'
import { describe, expect, test } from 'vitest'
import { cutPage, etagOf, pagePosition, versionOf } from '../src/index.ts'

describe('a page of a list', () => {
  const rowsOf = (ids: string[], at: Date) => ids.map(id => ({ id, at }))

  test('names where it ended, and the next one begins there', () => {
    const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { minLength: 1 }),
        time,
        fc.integer({ min: 1, max: 5 }),
        (ids, at, limit) => {
          const { rows, next } = cutPage(rowsOf(ids, at).slice(0, limit + 1), limit, row => row.at)
          expect(rows.length).toBe(Math.min(ids.length, limit))
          if (ids.length <= limit) expect(next).toBeNull()
          else expect(pagePosition(next!)).toEqual({ id: rows.at(-1)!.id, at })
        },
      ),
    )
  })

  test.each(['', 'x', Buffer.from('{"at":"yesterday","id":"1"}').toString('base64url')])(
    'does not begin at a cursor that is not ours (%j)',
    cursor => {
      expect(() => pagePosition(cursor)).toThrow(Problem)
      expect(pagePosition(undefined)).toBeUndefined()
    },
  )
})

describe('the version that an action is about', () => {
  const asked = (header?: string) => versionOf({ headers: { 'if-match': header } } as unknown as FastifyRequest)

  test('is that of the ETag', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), version => {
        expect(asked(etagOf(version))).toBe(version)
      }),
    )
  })

  test.each([undefined, '', '*'])('has to be named (%j names none)', header => {
    expect(() => asked(header)).toThrow(expect.objectContaining({ code: 'precondition-required' }))
  })

  test.each(['W/"1"', '1', '"0"', '"01"', '"1", "2"', '"1e3"', '"-1"'])(
    'is stale when %s names none of ours',
    header => {
      expect(() => asked(header)).toThrow(expect.objectContaining({ code: 'precondition-failed' }))
    },
  )
})
