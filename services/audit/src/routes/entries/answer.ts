import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { Filters } from '../../domain/filters.ts'
import { answerLines, asksForLines, Lines, linesType, refuseParts } from './lines.ts'
import { type Asked, EntriesAnswer, pageOf, searchOf, startOf } from './page.ts'

/** How every list of entries answers: page by page, or as a whole. */
export const EntriesResponse = {
  description: 'Entries',
  content: {
    'application/json': { schema: EntriesAnswer },
    [linesType]: Lines('all of them, an entry a line; the last line is { entries, window, completeness }'),
  },
} as const

/** A page of what is asked for, or all of it as lines where the caller takes them. @param fixed stands in the path */
export async function answerEntries(
  request: FastifyRequest,
  reply: FastifyReply,
  { reader, now }: Pick<Deps, 'reader' | 'now'>,
  fixed: Filters = {},
): Promise<Static<typeof EntriesAnswer> | Readable> {
  const asked = request.query as Asked
  const isWhole = asksForLines(request)
  if (isWhole) refuseParts(request.query as Record<string, unknown>)
  const start = startOf(asked)
  // All pages look through the time that the first did: it would move on under whoever reads for long.
  const search = searchOf(asked, start === undefined ? now() : new Date(start.asked), fixed)
  return isWhole ? answerLines(reader, search, asked, reply) : pageOf(reader, search, asked, start)
}
