import { setTimeout as sleep } from 'node:timers/promises'
import { type FeedPart, recordedFeed } from '@haven/access'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import Type, { type Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { type Filters, readFilters } from '../../domain/filters.ts'
import { logSize } from '../../store/log.ts'
import { renderCompleteness } from '../completeness/completeness.ts'
import { renderEntry } from './entry.ts'
import { Lines, lineOf, linesType, subjectsOf } from './lines.ts'
import { filtersOf, PageQuery } from './page.ts'
import { type ReadOn, readOn } from './read-on.ts'

const Query = Type.Object(
  {
    filter: PageQuery.filter,
    after: Type.Optional(
      Type.String({
        pattern: '^(-1|[0-9]{1,18})$',
        description: 'begins behind this index, -1 at the beginning; from now on unless told',
      }),
    ),
    untilEnd: Type.Boolean({ default: false, description: 'ends at the end of the log instead of waiting for more' }),
  },
  { additionalProperties: false },
)

const description = `one JSON value a line: entries in the log's order, each final when it is shown; at the beginning, whenever the end of the log is reached and
every 10 s { after, completeness }; at the end { after, end } with why it ended. Whoever goes on asks with the last index or after that came.`

export function followAllEntries(app: Instance, { reader }: Deps): void {
  app.route({
    method: 'GET',
    url: '/entries/feed',
    config: { access: { action: 'entry.follow', subjects: askedFor, streams: 'feed' } },
    schema: {
      summary: 'Follow the log as it grows',
      tags: ['entries'],
      querystring: Query,
      response: { 200: { description: 'A feed of entries', content: { [linesType]: Lines(description) } } },
    },
    handler: async (request, reply) => {
      const { filter, after, untilEnd } = request.query
      const filters = filtersOf(filter)
      const end = (await logSize(reader)) - 1n
      const begin = after === undefined ? end : BigInt(after)
      if (begin > end)
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/after', detail: `is behind the end of the log, which is at ${end}` }],
        })
      // A proxy that gathered lines would hold back what they say.
      reply.type(linesType).header('x-accel-buffering', 'no')
      return recordedFeed({
        after: String(begin),
        follow: signal => follow(reader, { filters, begin, untilEnd }, signal),
        last: (to, reason) => lineOf({ after: to, end: reason ?? 'end-reached' }),
      })
    },
  })
}

function askedFor(request: FastifyRequest): string[] {
  return subjectsOf(readFilters((request.query as Static<typeof Query>).filter).filters)
}

const pageSize = 100
const lookMs = 500
const signMs = 10_000

async function* follow(
  reader: Pool,
  { filters, begin, untilEnd }: { filters: Filters; begin: bigint; untilEnd: boolean },
  signal: AbortSignal,
): AsyncGenerator<FeedPart> {
  let at = begin
  let saidAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    const read = await readOn(reader, { filters, above: at, limit: pageSize })
    at = read.to
    const isAtEnd = at >= read.known.size - 1n
    const isDue = performance.now() - saidAt >= signMs
    const saysWhere = isDue || (isAtEnd && (untilEnd || read.found.length > 0))
    if (saysWhere) saidAt = performance.now()
    if (saysWhere || read.found.length > 0) yield partOf(read, saysWhere)
    if (isAtEnd && untilEnd) return
    if (isAtEnd) await more(reader, at, saidAt + signMs, signal)
  }
}

function partOf({ found, to, known }: ReadOn, saysWhere: boolean): FeedPart {
  const lines = found.map(one => lineOf(renderEntry(one)))
  if (saysWhere) lines.push(lineOf({ after: String(to), completeness: renderCompleteness(known) }))
  return { text: lines.join(''), shown: found.length, to: String(to) }
}

/** Waits until the log has grown, or a sign of life is due. */
async function more(reader: Pool, at: bigint, until: number, signal: AbortSignal): Promise<void> {
  do await sleep(lookMs, undefined, { signal })
  while (performance.now() < until && (await logSize(reader)) - 1n <= at)
}
