import { createHash } from 'node:crypto'
import type { ReferredPerson, ReferredVictim } from '@haven/contracts'
import { fragments } from './names.ts'
import { regionOf, regions } from './regions.ts'

const dayMs = 86_400_000

// Years of age on the day of the referral, by the age group at the exploitation.
const ages = { child: [10, 17], adult: [18, 59], unknown: [18, 45] } as const

/** What is known of somebody before they are given a name. */
export interface Unnamed {
  gender: NonNullable<ReferredPerson['gender']>
  citizenship: readonly string[]
  ageGroup: NonNullable<ReferredVictim['ageGroupAtExploitation']>
  /** `YYYY-MM-DD` */
  referredOn: string
}

/** A source of numbers below a size, made of a text by SHA-256: the same text gives the same numbers for ever. */
export function choicesOf(text: string): (size: number) => number {
  let rest = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)
  return size => {
    const choice = Number(rest % BigInt(size))
    rest /= BigInt(size)
    return choice
  }
}

/**
 * An invented person for a place in the statistics, the same for ever (golden test). One region, gender and age group has more than 10^13
 * combinations of names and birthdate, so that two places do not share one.
 * @param place says quarter, cell and ordinal without ambiguity
 */
export function inventPerson(place: string, known: Unnamed): ReferredPerson {
  const below = choicesOf(`haven nrm person 1 ${place}`)
  const choose = <T>(list: readonly T[]): T => list[below(list.length)]!
  const region = regionOf.get(known.citizenship[0] ?? '') ?? choose(regions)
  const { given, feminine, masculine, family, middle, ending } = fragments[region]
  const endings = { Feminine: feminine, Masculine: masculine }[known.gender as string] ?? [...feminine, ...masculine]
  const familyName = () => `${choose(family)}${choose(middle)}${choose(ending)}`
  return {
    firstName: `${choose(given)}${choose(endings)}`,
    secondName: `${familyName()}-${familyName()}`,
    birthdate: birthdate(known, below),
    gender: known.gender,
    ...(known.citizenship.length === 0 ? {} : { citizenship: [...known.citizenship] }),
  }
}

function birthdate({ ageGroup, referredOn }: Unnamed, below: (size: number) => number): string {
  const [least, most] = ages[ageGroup]
  // somebody is `most` years old until the day before the next birthday
  const earliest = yearsBefore(referredOn, most + 1) + dayMs
  const days = (yearsBefore(referredOn, least) - earliest) / dayMs + 1
  return new Date(earliest + below(days) * dayMs).toISOString().slice(0, 10)
}

/** The same day in an earlier year; for 29 February that is 28 February, not 1 March. */
function yearsBefore(date: string, years: number): number {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number]
  const same = Date.UTC(year - years, month - 1, day)
  return new Date(same).getUTCMonth() === month - 1 ? same : same - dayMs
}
