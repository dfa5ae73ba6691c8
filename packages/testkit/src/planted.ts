import type { ReferralSubmitted } from '@haven/contracts'
import { createByteSearch } from './byte-search.ts'
import { type Form, formsOf } from './forms.ts'
import { dateBetween, inventedReferral } from './people.ts'
import { type Random, randomFrom } from './random.ts'

export interface PlantedPerson {
  /** A valid referral in which every free field holds a text that occurs nowhere else. */
  referral: ReferralSubmitted
  /** Such a text for the details of a withdrawal. */
  withdrawalDetails: string
}

/** Where something personal was found in clear. Holds no value, so that it may be printed. */
export interface Finding {
  person: number
  field: string
  form: Form
  /** Offset in the bytes searched. */
  at: number
}

export interface PlantedPeople {
  people: PlantedPerson[]
  /**
   * Searches a log, a topic's record, a row or a file for any of them in any form that is not sealed: UTF-8, UTF-16, base64 at
   * any alignment, hex, percent-encoded, JSON-escaped, and as normalised for blind indexes. What is compressed has to be
   * unpacked first.
   */
  findIn(bytes: Uint8Array): Finding[]
}

/** Invented people as canaries: whatever a suite does with them, afterwards they must not lie anywhere in clear. */
export function plantedPeople(count: number, seed: number): PlantedPeople {
  const random = randomFrom(seed)
  const unique = uniqueTexts(random)
  const people = Array.from({ length: count }, (_, index) => plant(index, seed, unique))
  const patterns = people.flatMap((person, index) =>
    Object.entries(canariesOf(person)).flatMap(([field, text]) =>
      formsOf(text).map(({ form, bytes }) => ({ bytes, meaning: { person: index, field, form } })),
    ),
  )
  const search = createByteSearch(patterns)
  return { people, findIn: bytes => search.find(bytes).map(({ at, meaning }) => ({ ...meaning, at })) }
}

/** The texts that are searched for, by field. */
export function canariesOf({ referral, withdrawalDetails }: PlantedPerson): Record<string, string> {
  const { reference, person } = referral
  const { firstName, middleName, secondName, birthdate, identityNumber, mobilePhone, email } = person
  const all = {
    reference,
    details: referral.referral.details,
    withdrawalDetails,
    ...{ firstName, middleName, secondName, birthdate, identityNumber, mobilePhone, email },
  }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function plant(index: number, seed: number, unique: UniqueTexts): PlantedPerson {
  const usual = inventedReferral(seed + index)
  return {
    withdrawalDetails: `gone ${unique.word()} home`,
    referral: {
      ...usual,
      reference: `${unique.word()}/${index}`,
      referral: { ...usual.referral, details: `${unique.word()} "asks", ışık` },
      person: {
        ...usual.person,
        firstName: `Ş${unique.word()}`,
        middleName: `${unique.word()} İz`,
        secondName: `${unique.word()}oğlu`,
        birthdate: unique.birthdate(),
        identityNumber: `ZQ${unique.digits(9)}`,
        mobilePhone: `+99557${unique.digits(9)}`,
        email: `${unique.word()}@example.org`,
      },
    },
  }
}

interface UniqueTexts {
  word(): string
  digits(count: number): string
  /** Of years in which nobody who is referred was born. */
  birthdate(): string
}

function uniqueTexts(random: Random): UniqueTexts {
  const given = new Set<string>()
  const once = (make: () => string): string => {
    for (;;) {
      const text = make()
      if (given.has(text)) continue
      given.add(text)
      return text
    }
  }
  const several = (count: number, from: string) => Array.from({ length: count }, () => random.pick([...from])).join('')
  return {
    word: () => once(() => `Q${several(9, 'bcdfghjkmpqvwxyz')}`),
    digits: count => once(() => several(count, '0123456789')),
    birthdate: () => once(() => dateBetween(random, 1901, 1909)),
  }
}
