import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Chunk, chunkLimit, chunksOf } from './chunks.ts'

interface Item {
  readonly n: number
  readonly shows: readonly string[]
}

const surrogate = (n: number): string => `0196f000-0000-4000-8000-${String(n).padStart(12, '0')}`
const items = fc
  .array(fc.array(fc.nat({ max: 400 }), { maxLength: 60 }), { maxLength: 500, size: 'max' })
  .map(all => all.map((people, n): Item => ({ n, shows: people.map(surrogate) })))

async function chunked(given: readonly Item[]): Promise<Chunk<Item>[]> {
  async function* source() {
    yield* given
  }
  const chunks: Chunk<Item>[] = []
  for await (const chunk of chunksOf(source(), ({ shows }) => shows)) chunks.push(chunk)
  return chunks
}

test('every item comes once and in order, in a chunk that names everyone whom its items show and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(items, async given => {
      const chunks = await chunked(given)
      expect(chunks.flatMap(chunk => chunk.items)).toEqual(given)
      for (const chunk of chunks) {
        expect(chunk.subjects).toEqual(new Set(chunk.items.flatMap(({ shows }) => shows)))
        expect(chunk.items.length).toBeLessThanOrEqual(chunkLimit)
        expect(chunk.subjects.size).toBeLessThanOrEqual(chunkLimit)
      }
    }),
    { numRuns: 50 },
  )
})

test.each([
  [0, [0]],
  [1, [1]],
  [200, [200]],
  [201, [200, 1]],
  [450, [200, 200, 50]],
])('%i items are chunks of %j', async (count, lengths) => {
  const given = Array.from({ length: count }, (_, n) => ({ n, shows: [] }))
  expect((await chunked(given)).map(chunk => chunk.items.length)).toEqual(lengths)
})

test('an item of whose people an entry could name only some ends the stream', async () => {
  const shows = Array.from({ length: 201 }, (_, n) => surrogate(n))
  await expect(chunked([{ n: 0, shows }])).rejects.toThrow(RangeError)
})
