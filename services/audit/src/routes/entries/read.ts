import { Uuid } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import { Problem } from '@haven/problem'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { readCompleteness } from '../../store/completeness.ts'
import { findEntry } from '../../store/entry-view.ts'
import { Completeness, renderCompleteness } from '../completeness/completeness.ts'
import { Entry, renderEntry } from './entry.ts'

const closed = { additionalProperties: false } as const
const Answer = Type.Object({ item: Entry, completeness: Completeness }, closed)

export function readEntry(app: Instance, { reader }: Deps): void {
  app.route({
    method: 'GET',
    url: '/entries/:id',
    config: { access: { action: 'entry.read', subjects: (_request, payload) => subjectsOf(payload) } },
    schema: {
      summary: 'Read one entry by its id',
      tags: ['entries'],
      params: Type.Object({ id: Uuid() }, closed),
      querystring: Type.Object({}, closed),
      response: { 200: Answer },
    },
    handler: async request =>
      readSnapshot(reader, async client => {
        const found = await findEntry(client, request.params.id)
        if (found === null) throw new Problem('not-found')
        return { item: renderEntry(found), completeness: renderCompleteness(await readCompleteness(client)) }
      }),
  })
}

function subjectsOf(payload: unknown): string[] {
  const { item } = payload as { item: { entry: { subjects?: unknown } } }
  const { subjects } = item.entry
  return Array.isArray(subjects) ? subjects.filter(one => typeof one === 'string') : []
}
