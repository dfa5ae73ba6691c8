import type { Readable } from 'node:stream'
import { recordedStream } from '@haven/access'
import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import Type from 'typebox'
import type { Filters } from '../../domain/filters.ts'
import { type Completeness, readCompleteness } from '../../store/completeness.ts'
import { type FoundEntry, listEntries, type Position } from '../../store/entry-view.ts'
import { renderCompleteness } from '../completeness/completeness.ts'
import { renderEntry } from './entry.ts'
import { type Asked, renderWindow, type Search } from './page.ts'

/** JSON values, one a line (https://github.com/ndjson/ndjson-spec). */
export const linesType = 'application/x-ndjson'

/** Lines as a response schema knows them; what is sent is a stream. */
export const Lines = (description: string) => ({ schema: Type.Unsafe<Readable>(Type.String({ description })) })

/** Whether a caller asks for the whole answer as lines. */
export const asksForLines = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  /(^|[,\s])application\/x-ndjson\s*(;|,|$)/i.test(headers.accept ?? '')

export const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`

const batch = 200

/**
 * Everything that was asked for, an entry a line, of the moment at which the first is read; the last line says how complete it is and how many there were, so that a
 * part is not taken for the whole. Nothing is held open between two reads: the log below its head does not change.
 */
export function answerLines(reader: Pool, search: Search, { order }: Asked, reply: FastifyReply): Readable {
  const { filters, window } = search
  let known: Completeness | undefined
  let sent = 0
  async function* all(): AsyncGenerator<FoundEntry> {
    let after: Position | undefined
    do {
      const found = await readSnapshot(reader, async client => {
        known ??= await readCompleteness(client)
        return listEntries(client, { filters, window, size: known.size, order, after, limit: batch })
      })
      yield* found.slice(0, batch)
      after = found.length > batch ? found[batch - 1] : undefined
    } while (after !== undefined)
  }
  reply.type(linesType)
  return recordedStream(all(), {
    subjectsOf: () => subjectsOf(filters),
    encode: found => {
      sent++
      return lineOf(renderEntry(found))
    },
    end: () => lineOf({ entries: sent, window: renderWindow(search), completeness: renderCompleteness(known!) }),
  })
}

/** Whom the caller asked about; what a list of the whole record shows of others are surrogates that name nobody. */
export const subjectsOf = ({ subject }: Filters): string[] => (subject === undefined ? [] : [subject])

/** @throws Problem `validation-failed` for what would cut the whole into parts */
export function refuseParts(given: Record<string, unknown>): void {
  const errors = ['limit', 'cursor', 'after']
    .filter(name => given[name] !== undefined)
    .map(name => ({ pointer: `/${name}`, detail: `goes with no ${linesType}, which is the whole answer` }))
  if (errors.length > 0) throw new Problem('validation-failed', { errors })
}
