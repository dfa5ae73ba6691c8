import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
const subject = '0196f000-0000-7000-8000-000000000001'
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

interface Line {
  index?: string
  after?: string
  end?: string
  completeness?: { entries: string }
}

/** All lines of a feed that ends at the end of the log. */
async function linesOf(query: string): Promise<Line[]> {
  const answer = await world.request(`/entries/feed?untilEnd=true${query}`)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.body
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}
const indexesOf = (lines: readonly Line[]) => lines.flatMap(({ index }) => index ?? [])

describe('a feed until the end', () => {
  const count = 230
  beforeAll(async () => {
    await world.enter(
      'intake/1',
      ...Array.from({ length: count }, (_, n) => ({ subjects: n % 10 === 0 ? [subject] : [] })),
    )
  })

  test('shows every entry behind an index once, in the order of the log, and says that it is the end and how complete', async () => {
    const lines = await linesOf('&after=9')
    expect(indexesOf(lines)).toEqual(Array.from({ length: count - 10 }, (_, n) => String(n + 10)))
    const last = String(count - 1)
    expect(lines.at(-1)).toEqual({ after: last, end: 'end-reached' })
    expect(lines.at(-2)).toMatchObject({ after: last, completeness: { entries: String(count) } })
  })

  test('begins with what comes from now on unless told', async () => {
    expect(indexesOf(await linesOf(''))).toEqual([])
  })

  test('shows what fits its filters', async () => {
    const expected = Array.from({ length: 23 }, (_, n) => String(n * 10))
    expect(indexesOf(await linesOf(`&after=-1&filter=subject:${subject}`))).toEqual(expected)
  })

  test('has one entry of its opening and one of its closing, which name whom was asked about', async () => {
    const entries = await world.record.during(() => linesOf(`&after=-1&filter=subject:${subject}`))
    const common = { action: 'entry.follow', outcome: 'success', subjects: [subject] }
    expect(entries).toMatchObject([
      { ...common, range: { after: '-1' } },
      { ...common, range: { after: '-1', to: String(count - 1) }, resultCount: 23 },
    ])
    expect(entries[0]!.request).toBe(entries[1]!.request)
  })

  test('does not begin behind the end, nor with what is no filter or no index', async () => {
    for (const [query, pointer] of [
      [`after=${count}`, '/after'],
      ['after=-2', '/after'],
      ['filter=name:x', '/filter/0'],
    ] as const) {
      const answer = await world.request(`/entries/feed?untilEnd=true&${query}`)
      expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, pointer])
    }
  })
})

describe('a feed that goes on', () => {
  test('shows what comes in as it comes, and is closed on the record when its reader leaves', async () => {
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 })
    const headers = { authorization: `Bearer ${await world.token()}`, 'purpose-of-use': 'audit' }
    const leave = new AbortController()
    const before = await world.count('ledger.entry')
    const entries = await world.record.during(async () => {
      const answer = await fetch(`${url}/entries/feed`, { headers, signal: leave.signal })
      const lines = createInterface({ input: Readable.fromWeb(answer.body as never).on('error', () => undefined) })[
        Symbol.asyncIterator
      ]()
      const next = async (): Promise<Line> => JSON.parse(String((await lines.next()).value))
      expect(await next()).toMatchObject({ after: String(before - 1) })
      for (const n of [0, 1, 2]) {
        await world.enter(`gateway/${n + 1}`, {})
        const began = performance.now()
        expect(await next()).toMatchObject({ index: String(before + n) })
        expect(performance.now() - began).toBeLessThan(3_000)
        expect(await next()).toMatchObject({ after: String(before + n) })
      }
      leave.abort()
      await expect.poll(async () => (await world.record.entries()).at(-1)).toMatchObject({ resultCount: 3 })
    })
    expect(entries.map(({ action, range }) => [action, range])).toEqual([
      ['entry.follow', { after: String(before - 1) }],
      ['entry.follow', { after: String(before - 1), to: String(before + 2) }],
    ])
  })
})
