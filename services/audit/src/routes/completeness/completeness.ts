import { Instant } from '@haven/contracts'
import Type, { type Static } from 'typebox'
import type { Completeness as Known } from '../../store/completeness.ts'

const closed = { additionalProperties: false } as const

/** A number that may be larger than JavaScript counts. */
export const Count = (description: string) => Type.String({ pattern: '^[0-9]{1,19}$', description })

/** What stands beside every answer. */
export const Completeness = Type.Object(
  {
    line: Type.String({ description: 'the same in words' }),
    entries: Count('entries in the log when this was read; the answer is cut there'),
    movedAt: Type.Union([Instant(), Type.Null()], { description: 'when the last of them came in' }),
    openGaps: Type.Integer({
      minimum: 0,
      description: 'ranges of numbers that the log went on behind and still asks for',
    }),
    missing: Count('entries that these miss at most'),
    givenUpGaps: Type.Integer({
      minimum: 0,
      description: 'ranges of numbers that were asked for in vain and are not any more',
    }),
    lost: Count('entries that these miss at most'),
    producers: Type.Integer({ minimum: 0 }),
    silent: Type.Integer({ minimum: 0, description: 'producers from which nothing comes though it is due' }),
    behind: Type.Integer({ minimum: 0, description: 'producers that say they have sent more than has arrived' }),
    heardUntil: Type.Union([Instant(), Type.Null()], {
      description:
        'when the service that was heard least recently was heard: what it has answered since may be missing. Up to a minute ago while all is well',
    }),
  },
  { ...closed, title: 'How complete the answer is' },
)

export function renderCompleteness(known: Known): Static<typeof Completeness> {
  const { size, movedAt, openGaps, missing, givenUpGaps, lost, producers, silent, behind, heardUntil } = known
  return {
    line: lineOf(known),
    entries: String(size),
    movedAt: movedAt?.toISOString() ?? null,
    openGaps,
    missing: String(missing),
    givenUpGaps,
    lost: String(lost),
    producers,
    silent,
    behind,
    heardUntil: heardUntil?.toISOString() ?? null,
  }
}

function lineOf({ size, openGaps, missing, givenUpGaps, lost, producers, silent, behind, heardUntil }: Known): string {
  const entries = (number: bigint): string => count(number, 'entry', 'entries')
  const gaps = [
    ...(openGaps === 0 ? [] : [`${count(openGaps, 'open gap')} (at most ${entries(missing)} missing)`]),
    ...(givenUpGaps === 0 ? [] : [`${count(givenUpGaps, 'gap')} given up (at most ${entries(lost)} lost)`]),
  ]
  const heard = `${silent === 0 ? 'none' : silent} silent, ${behind === 0 ? 'none' : behind} behind`
  const until = heardUntil === null ? '' : `; heard until ${heardUntil.toISOString()}`
  return `${entries(size)}, ${gaps.join(', ') || 'no gap'}; ${count(producers, 'producer')}, ${heard}${until}.`
}

const count = (number: number | bigint, one: string, many = `${one}s`): string =>
  `${number} ${String(number) === '1' ? one : many}`
