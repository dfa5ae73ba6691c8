import fc from 'fast-check'
import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

const Position = Type.Object(
  { at: Type.String({ maxLength: 40 }), id: Type.String({ maxLength: 40 }) },
  { additionalProperties: false },
)
const refusal = expect.objectContaining({
  code: 'validation-failed',
  errors: [expect.objectContaining({ pointer: '/cursor' })],
})

describe('cursor', () => {
  test('a position comes back as it was, through characters that a URL keeps', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5 })
    fc.assert(
      fc.property(text, text, (at, id) => {
        const cursor = encodeCursor({ at, id })
        expect(cursor).toMatch(/^[\w-]+$/)
        expect(decodeCursor(Position, cursor)).toEqual({ at, id })
      }),
    )
  })

  test('whatever is no cursor of this list is refused at /cursor, and nothing of it is repeated', () => {
    const forged = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.object().map(encodeCursor),
      fc.json().map(text => Buffer.from(text).toString('base64url')),
    )
    fc.assert(
      fc.property(forged, cursor => {
        expect(() => decodeCursor(Position, cursor)).toThrow(refusal)
      }),
    )
  })

  test.each([
    ['an added name', encodeCursor({ at: 'a', id: 'b', more: 1 })],
    ['another type', encodeCursor({ at: 1, id: 'b' })],
    ['an array', encodeCursor(['a', 'b'])],
    ['a cut cursor', encodeCursor({ at: 'a', id: 'b' }).slice(0, -3)],
    ['padding', `${encodeCursor({ at: 'a', id: 'b' })}=`],
    ['over 1,024 characters', Buffer.from(`{"at":"a","id":"b"}${' '.repeat(1_000)}`).toString('base64url')],
    ['nothing', ''],
  ])('%s is refused', (_, cursor) => {
    expect(() => decodeCursor(Position, cursor)).toThrow(refusal)
  })
})
