import { Instant } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { listProducers, readCompleteness } from '../../store/completeness.ts'
import { Completeness, Count, renderCompleteness } from '../completeness/completeness.ts'

const closed = { additionalProperties: false } as const

const Producer = Type.Object(
  {
    producer: Type.String({ description: 'service and epoch of its database' }),
    seq: Count('the last number up to which its chain is checked'),
    hash: Type.String({ description: 'base64 SHA-256 of the leaf there' }),
    headSeq: Count('the highest number that it has signed'),
    missing: Count('entries that its gaps miss at most'),
    lost: Count('of these, what was asked for in vain and is not any more'),
    heardAt: Instant(),
    silentSince: Type.Union([Instant(), Type.Null()]),
  },
  { ...closed, title: 'Producer' },
)
const Answer = Type.Object({ items: Type.Array(Producer), completeness: Completeness }, closed)

export function listAllProducers(app: Instance, { reader }: Deps): void {
  app.route({
    method: 'GET',
    url: '/producers',
    config: { access: { action: 'producer.list', subjects: 'none' } },
    schema: {
      summary: 'List who writes entries, how far each chain is checked and whether it is heard',
      tags: ['completeness'],
      querystring: Type.Object({}, closed),
      response: { 200: Answer },
    },
    handler: async () =>
      readSnapshot(reader, async client => ({
        items: (await listProducers(client)).map(({ hash, heardAt, silentSince, ...row }) => ({
          ...row,
          hash: hash.toString('base64'),
          heardAt: heardAt.toISOString(),
          silentSince: silentSince?.toISOString() ?? null,
        })),
        completeness: renderCompleteness(await readCompleteness(client)),
      })),
  })
}
