import { limits } from '@haven/contracts'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import Type, { type Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { readFilters } from '../../domain/filters.ts'
import { renderCompleteness } from '../completeness/completeness.ts'
import { answerEntries, EntriesResponse } from './answer.ts'
import { renderEntry } from './entry.ts'
import { asksForLines, subjectsOf } from './lines.ts'
import { type EntriesAnswer, filtersOf, PageQuery } from './page.ts'
import { readOn } from './read-on.ts'

const closed = { additionalProperties: false } as const
const Query = Type.Object(
  {
    ...PageQuery,
    after: Type.Optional(
      Type.String({
        pattern: '^(-1|[0-9]{1,18})$',
        description:
          'follows the log: entries behind this index in its own order (-1: from the beginning), whatever their time; takes no cursor',
      }),
    ),
  },
  closed,
)
export function listAllEntries(app: Instance, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/entries',
    config: { access: { action: 'entry.list', subjects: askedFor, streams: 'chunks' } },
    schema: {
      summary: 'List entries by filters, newest first, or follow the log by index',
      tags: ['entries'],
      querystring: Query,
      response: { 200: EntriesResponse },
    },
    handler: async (request, reply) => {
      const { after, ...asked } = request.query
      if (after === undefined || asksForLines(request)) return answerEntries(request, reply, deps)
      if (asked.cursor !== undefined)
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/cursor', detail: 'goes with no after: a feed goes on behind the index in after' }],
        })
      return follow(deps.reader, BigInt(after), asked)
    },
  })
}

function askedFor(request: FastifyRequest): string[] {
  return subjectsOf(readFilters((request.query as Static<typeof Query>).filter).filters)
}

async function follow(
  reader: Pool,
  above: bigint,
  { filter, limit = limits.page.default }: Pick<Static<typeof Query>, 'filter' | 'limit'>,
): Promise<Static<typeof EntriesAnswer>> {
  const { found, to, known } = await readOn(reader, { filters: filtersOf(filter), above, limit })
  return { items: found.map(renderEntry), next: null, after: String(to), completeness: renderCompleteness(known) }
}
