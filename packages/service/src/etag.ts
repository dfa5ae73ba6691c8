import { Problem } from '@haven/problem'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'

/** The header of actions; its absence is answered by 428, so the schema does not require it. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 64, description: 'the ETag that you last read; required' })),
})

/** The ETag of a version. */
export const etagOf = (version: number): string => `"${version}"`

/**
 * The version that an action is about, as its caller last read it. A weak tag or another form names no version of ours and is as stale as any.
 * @throws Problem `precondition-required` without the header or with `*`, which names none; `precondition-failed` for what is no ETag of ours
 */
export function versionOf(request: FastifyRequest): number {
  const header = request.headers['if-match']?.trim()
  if (header === undefined || header === '' || header === '*') throw new Problem('precondition-required')
  const version = /^"([1-9][0-9]{0,8})"$/.exec(header)?.[1]
  if (version === undefined) throw new Problem('precondition-failed')
  return Number(version)
}
