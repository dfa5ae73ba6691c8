import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
const subject = '0196f000-0000-7000-8000-000000000001'
const accept = 'application/x-ndjson'
beforeAll(async () => {
  world = await audit()
  const parts = Array.from({ length: 450 }, (_, n) => ({
    occurredAt: new Date(Date.now() - 60_000 - (n % 7)).toISOString(),
    subjects: n % 3 === 0 ? [subject] : [],
  }))
  await world.enter('intake/1', ...parts)
})
afterAll(() => world.close())

const lines = async (url: string) => {
  const answer = await world.request(url, { accept })
  expect(answer.statusCode, answer.body).toBe(200)
  expect(answer.headers['content-type']).toBe(accept)
  const values = answer.body
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  return { items: values.slice(0, -1), last: values.at(-1) }
}

test.each(['asc', 'desc'])(
  'the whole answer in order %s is what its pages are together, with its end said',
  async order => {
    const { items, last } = await lines(`/entries?order=${order}`)
    const paged: unknown[] = []
    for (let cursor = ''; ; ) {
      const page = (await world.request(`/entries?limit=100&order=${order}${cursor}`)).json()
      paged.push(...page.items)
      if (page.next === null) break
      cursor = `&cursor=${page.next}`
    }
    expect(items).toEqual(paged)
    expect(last).toEqual({
      entries: 450,
      window: expect.anything(),
      completeness: expect.objectContaining({ entries: '450' }),
    })
  },
)

test('each 200 of it have an entry, of the same request, which names whom was asked about', async () => {
  const entries = await world.record.during(async () => {
    expect((await lines('/entries')).items).toHaveLength(450)
  })
  expect(entries.map(({ action, resultCount, subjects }) => [action, resultCount, subjects])).toEqual([
    ['entry.list', 200, []],
    ['entry.list', 200, []],
    ['entry.list', 50, []],
  ])
  expect(new Set(entries.map(({ request }) => request)).size).toBe(1)
  const about = await world.record.during(async () => {
    expect((await lines(`/subjects/${subject}/entries`)).items).toHaveLength(150)
    expect((await lines('/actors/caseworker-1/entries')).items).toHaveLength(450)
  })
  expect(about.map(({ action, subjects }) => [action, subjects])).toEqual([
    ['subject.entries', [subject]],
    ...Array(3).fill(['actor.entries', []]),
  ])
})

test('that nothing is found is an answer too, and entered', async () => {
  const entries = await world.record.during(async () => {
    const { items, last } = await lines('/entries?filter=actor:nobody')
    expect([items, last.entries]).toEqual([[], 0])
  })
  expect(entries).toMatchObject([{ action: 'entry.list', resultCount: 0 }])
})
