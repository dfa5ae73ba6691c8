import { Problem } from '@haven/problem'
import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'

/** Longer ones are not ours. */
const maxLength = 1_024

/**
 * An opaque keyset cursor: where a page ended. It is not secret and not signed: it holds keys that the caller was
 * shown, is checked against its schema, and each page is authorised anew.
 */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/**
 * The position of a cursor. Throws `Problem('validation-failed')` with the pointer `/cursor` for anything that `schema`
 * does not describe.
 */
export function decodeCursor<S extends TObject>(schema: S, cursor: string): Static<S> {
  const position = cursor.length <= maxLength && /^[\w-]+$/.test(cursor) ? parse(cursor) : undefined
  if (Value.Check(schema, position)) return position as Static<S>
  throw new Problem('validation-failed', {
    errors: [
      {
        pointer: '/cursor',
        detail: 'is not a cursor of this list; take it from next of the page before, or leave it out',
      },
    ],
  })
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
