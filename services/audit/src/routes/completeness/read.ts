import { Instant } from '@haven/contracts'
import { readSnapshot } from '@haven/db'
import type { Instance } from '@haven/service'
import Type from 'typebox'
import type { Deps } from '../../deps.ts'
import { countRepeated, listEvidence, listGaps, readCompleteness } from '../../store/completeness.ts'
import { Completeness, Count, renderCompleteness } from './completeness.ts'

const closed = { additionalProperties: false } as const
const latest = 100

const Gap = Type.Object(
  {
    producer: Type.String(),
    first: Count('the first number that was missing'),
    last: Count('the last one'),
    next: Count('the first that is still missing; above until when none is'),
    until: Count('the last that is still missing'),
    openedAt: Instant(),
    closedAt: Type.Union([Instant(), Type.Null()]),
    outcome: Type.Union([Type.Enum(['filled', 'contradicted', 'given-up']), Type.Null()]),
  },
  { ...closed, title: 'Gap in a chain' },
)
const Misfit = Type.Object(
  {
    producer: Type.String(),
    seq: Count('the number in the chain'),
    kind: Type.Enum(['equivocation', 'break', 'exchanged']),
    foundAt: Instant(),
  },
  { ...closed, title: 'What did not fit a chain' },
)
const Answer = Type.Object(
  {
    completeness: Completeness,
    gaps: Type.Array(Gap, { description: 'open ones first, the latest 100' }),
    misfits: Type.Array(Misfit, { description: 'the latest 100' }),
    repeated: Count(
      'leaves whose entry was in the log already, from before a service was restored; lists show each entry once',
    ),
  },
  closed,
)

export function readHowComplete(app: Instance, { reader }: Deps): void {
  app.route({
    method: 'GET',
    url: '/completeness',
    config: { access: { action: 'completeness.read', subjects: 'none' } },
    schema: {
      summary: 'Read how complete the record is: gaps, what did not fit, who is silent',
      tags: ['completeness'],
      querystring: Type.Object({}, closed),
      response: { 200: Answer },
    },
    handler: async () =>
      readSnapshot(reader, async client => {
        const known = await readCompleteness(client)
        const gaps = await listGaps(client, latest)
        const misfits = await listEvidence(client, latest)
        const repeated = await countRepeated(client)
        return {
          completeness: renderCompleteness(known),
          gaps: gaps.map(({ openedAt, closedAt, ...gap }) => ({
            ...gap,
            openedAt: openedAt.toISOString(),
            closedAt: closedAt?.toISOString() ?? null,
          })),
          misfits: misfits.map(({ foundAt, ...misfit }) => ({ ...misfit, foundAt: foundAt.toISOString() })),
          repeated,
        }
      }),
  })
}
