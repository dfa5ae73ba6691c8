/** A committed fact without a number. */
export interface Unnumbered {
  readonly id: bigint
  readonly stream: number
}

export interface Numbered extends Unnumbered {
  readonly seq: bigint
}

/**
 * What the numbering statement does, said in words of code: the least ids first, each the next number of its stream. Contiguous, in
 * the order of ids, and independent of how facts are cut into rounds.
 * @param next last number given, by stream
 */
export function assignNumbers(
  facts: readonly Unnumbered[],
  next: ReadonlyMap<number, bigint>,
  atMost: number,
): Numbered[] {
  const given = new Map(next)
  return [...facts]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, atMost)
    .map(fact => {
      const before = given.get(fact.stream)
      if (before === undefined) throw new Error(`no stream ${fact.stream}`)
      given.set(fact.stream, before + 1n)
      return { ...fact, seq: before + 1n }
    })
}
