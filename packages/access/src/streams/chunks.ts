/** Items of a stream that one entry speaks of. */
export interface Chunk<T> {
  readonly items: readonly T[]
  /** Audit surrogates of everyone whom they show. */
  readonly subjects: ReadonlySet<string>
}

/** Items and people that one entry of a stream speaks of at most. */
export const chunkLimit = 200

/**
 * Cuts items, in their order, into chunks that an entry can name everyone of: at most 200 items and 200 people. No items at all are one empty chunk,
 * for that nothing was found is an answer too.
 * @throws RangeError for an item that alone shows more people than an entry can name
 */
export async function* chunksOf<T>(
  items: AsyncIterable<T>,
  subjectsOf: (item: T) => readonly string[],
): AsyncGenerator<Chunk<T>> {
  let held: T[] = []
  let subjects = new Set<string>()
  for await (const item of items) {
    const own = new Set(subjectsOf(item))
    if (own.size > chunkLimit)
      throw new RangeError(`an item of a stream shows ${own.size} people, an entry names ${chunkLimit}`)
    const together = new Set([...subjects, ...own])
    if (held.length === chunkLimit || together.size > chunkLimit) {
      yield { items: held, subjects }
      held = [item]
      subjects = own
      continue
    }
    held.push(item)
    subjects = together
  }
  yield { items: held, subjects }
}
