import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import Type, { type Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { readFilters } from '../../domain/filters.ts'
import { readCompleteness } from '../../store/completeness.ts'
import { followEntries } from '../../store/entry-view.ts'
import { renderCompleteness } from '../completeness/completeness.ts'
import { renderEntry } from './entry.ts'
import { EntriesAnswer, filtersOf, PageQuery, pageOf } from './page.ts'

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
const Answer = Type.Object(
  {
    ...EntriesAnswer.properties,
    after: Type.Optional(Type.String({ description: 'where to go on following' })),
  },
  closed,
)

/** Indexes that one answer of a feed looks through. */
const feedWindow = 50_000n

export function listAllEntries(app: Instance, { reader, now }: Deps): void {
  app.route({
    method: 'GET',
    url: '/entries',
    config: { access: { action: 'entry.list', subjects: askedFor } },
    schema: {
      summary: 'List entries by filters, newest first, or follow the log by index',
      tags: ['entries'],
      querystring: Query,
      response: { 200: Answer },
    },
    handler: async request => {
      const { after, ...asked } = request.query
      if (after === undefined) return pageOf(reader, asked, now())
      if (asked.cursor !== undefined)
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/cursor', detail: 'goes with no after: a feed goes on behind the index in after' }],
        })
      return follow(reader, BigInt(after), asked)
    },
  })
}

/** Whom the caller asked about; what a list of the whole record shows of others are surrogates that name nobody. */
function askedFor(request: FastifyRequest): string[] {
  const { subject } = readFilters((request.query as Static<typeof Query>).filter).filters
  return subject === undefined ? [] : [subject]
}

async function follow(
  reader: Pool,
  above: bigint,
  { filter, limit }: Pick<Static<typeof Query>, 'filter' | 'limit'>,
): Promise<Static<typeof Answer>> {
  const filters = filtersOf(filter)
  return readSnapshot(reader, async client => {
    const known = await readCompleteness(client)
    const end = known.size - 1n
    const to = above + feedWindow < end ? above + feedWindow : end
    const found = above >= end ? [] : await followEntries(client, { filters, above, to, limit })
    const last = found.length === limit ? found.at(-1)!.index : to > above ? to : above
    return {
      items: found.map(renderEntry),
      next: null,
      after: String(last),
      completeness: renderCompleteness(known),
    }
  })
}
