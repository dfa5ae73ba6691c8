/** What an entry's subjects are drawn from. */
export interface Mix {
  readonly what: string
  /** Of the nth entry. */
  subjectsOf(n: number): string[]
}

const listLength = 20

/** Whom entries are about: one person each, or every fifth a list. @param known audit surrogates */
export function mixes(known: readonly string[]): Mix[] {
  const anyone = (): string => known[Math.floor(Math.random() * known.length)]!
  const list = (): string[] => {
    const first = Math.floor(Math.random() * (known.length - listLength))
    return known.slice(first, first + listLength)
  }
  return [
    { what: 'one subject each', subjectsOf: () => [anyone()] },
    { what: 'one in five a list of 20', subjectsOf: n => (n % 5 === 0 ? list() : [anyone()]) },
  ]
}
