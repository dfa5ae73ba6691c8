import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@haven/problem'
import { expect, onTestFinished, test } from 'vitest'
import { recordedStream } from '../../src/index.ts'
import { readAll, streamWorld } from './world.ts'

const surrogate = (n: number): string => `0196f000-0000-4000-8000-${String(n).padStart(12, '0')}`

interface Row {
  readonly n: number
}

async function* rows(count: number, breaksAt = Number.POSITIVE_INFINITY): AsyncGenerator<Row> {
  for (let n = 0; n < count; n++) {
    if (n === breaksAt) throw new Problem('unavailable')
    yield { n }
  }
}

const how = {
  subjectsOf: ({ n }: Row) => [surrogate(n)],
  encode: ({ n }: Row) => `row ${n}\n`,
  end: () => 'end\n',
}

async function world(answer: () => unknown, streams: 'chunks' | 'feed' | null = 'chunks') {
  const made = await streamWorld()
  onTestFinished(() => made.app.close())
  const access = { action: 'case.list', subjects: () => [], fields: ['firstName'], ...(streams && { streams }) }
  made.app.get('/cases', { config: { access } }, async () => answer())
  return { ...made, ask: await made.listen() }
}

test('every row is sent once, and an entry of the same request names everyone in each 200', async () => {
  const { ask, entries } = await world(() => recordedStream(rows(450), how))
  const { text, isWhole } = await readAll(await ask('/cases'))
  expect(isWhole).toBe(true)
  expect(text.split('\n')).toEqual([...Array.from({ length: 450 }, (_, n) => `row ${n}`), 'end', ''])
  expect(entries.map(({ resultCount, subjects }) => [resultCount, subjects.length])).toEqual([
    [200, 200],
    [200, 200],
    [50, 50],
  ])
  expect(new Set(entries.flatMap(({ subjects }) => subjects)).size).toBe(450)
  expect(new Set(entries.map(({ request }) => request)).size).toBe(1)
  expect(entries).toMatchObject(Array(3).fill({ outcome: 'success', fields: ['firstName'], purpose: 'assistance' }))
})

test('that nothing was found is entered as well', async () => {
  const { ask, entries } = await world(() => recordedStream(rows(0), how))
  expect(await readAll(await ask('/cases'))).toEqual({ text: 'end\n', isWhole: true })
  expect(entries).toMatchObject([{ outcome: 'success', resultCount: 0, subjects: [] }])
})

test('no row leaves before the entry that names it is durable', async () => {
  const { ask, state } = await world(() => recordedStream(rows(450), how))
  const gate = Promise.withResolvers<void>()
  let durable = 0
  state.onRecord = async () => {
    if (durable === 1) await gate.promise
    durable++
  }
  const answer = await ask('/cases')
  let text = ''
  answer.on('data', piece => {
    text += String(piece)
  })
  await expect.poll(() => text).toContain('row 199\n')
  await sleep(100)
  expect(text).not.toContain('row 200')
  gate.resolve()
  await expect.poll(() => text).toContain('end\n')
})

test('while entries cannot be written the answer is a 503 that tells nothing', async () => {
  const { ask, state } = await world(() => recordedStream(rows(450), how))
  state.onRecord = () => Promise.reject(new Problem('audit-unavailable'))
  const answer = await ask('/cases')
  const { text } = await readAll(answer)
  expect([answer.statusCode, JSON.parse(text).code]).toEqual([503, 'audit-unavailable'])
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

test.each([
  ['in a known way', new Problem('audit-unavailable')],
  ['in an unknown way', new Error('surprise')],
])(
  'an entry that cannot be made later %s breaks the connection, and a failure is entered when that is possible',
  async (_how, error) => {
    const { ask, state, entries } = await world(() => recordedStream(rows(450), how))
    let times = 0
    state.onRecord = async () => {
      if (++times === 2) throw error
    }
    const { text, isWhole } = await readAll(await ask('/cases'))
    expect(isWhole).toBe(false)
    expect(text).not.toMatch(/row 200\n|end/)
    await expect
      .poll(() => entries.map(({ outcome, reason, subjects }) => [outcome, reason, subjects.length]))
      .toEqual([
        ['success', undefined, 200],
        ['failure', 'audit-unavailable', 0],
      ])
  },
)

test('a source that breaks before the first row is an error like any other, one entry', async () => {
  const { ask, entries } = await world(() => recordedStream(rows(450, 0), how))
  const answer = await ask('/cases')
  expect([answer.statusCode, JSON.parse((await readAll(answer)).text).code]).toEqual([503, 'unavailable'])
  expect(entries).toMatchObject([{ outcome: 'failure', reason: 'unavailable' }])
})

test('a source that breaks later breaks the connection and is entered as a failure', async () => {
  const { ask, entries } = await world(() => recordedStream(rows(450, 300), how))
  expect((await readAll(await ask('/cases'))).isWhole).toBe(false)
  await expect
    .poll(() => entries.map(({ outcome, reason }) => [outcome, reason]))
    .toEqual([
      ['success', undefined],
      ['failure', 'unavailable'],
    ])
})

test('a row that shows more people than an entry can name is not sent', async () => {
  const everyone = Array.from({ length: 201 }, (_, n) => surrogate(n))
  const { ask, entries } = await world(() => recordedStream(rows(1), { ...how, subjectsOf: () => everyone }))
  const answer = await ask('/cases')
  expect([answer.statusCode, (await readAll(answer)).text.includes('row')]).toEqual([500, false])
  expect(entries).toMatchObject([{ outcome: 'failure', reason: 'internal-error' }])
})

test('of a reader who does not read no more is read, nor entered, than fits on the way', async () => {
  let read = 0
  async function* endless(): AsyncGenerator<Row> {
    for (let n = 0; ; n++) {
      read++
      yield { n }
    }
  }
  const wide = { ...how, encode: ({ n }: Row) => `${n} ${'x'.repeat(4_000)}\n` }
  const { ask, entries } = await world(() => recordedStream(endless(), wide))
  const answer = await ask('/cases')
  answer.pause()
  await expect
    .poll(
      async () => {
        const before = read
        await sleep(200)
        return read === before
      },
      { timeout: 10_000 },
    )
    .toBe(true)
  expect(read).toBeLessThan(20_000)
  const named = entries.length
  answer.destroy()
  await sleep(100)
  expect(entries.length).toBe(named)
})

test.each<[string, () => unknown, 'chunks' | 'feed' | null]>([
  ['a plain stream', () => Readable.from(['row 1']), null],
  ['a plain stream where chunks are declared', () => Readable.from(['row 1']), 'chunks'],
  ['a web stream', () => new Blob(['row 1']).stream(), 'chunks'],
  ['a response of fetch', () => new Response('row 1'), 'chunks'],
  ['chunks that are not declared', () => recordedStream(rows(1), how), null],
  ['chunks where a feed is declared', () => recordedStream(rows(1), how), 'feed'],
])('%s on a guarded route is refused', async (_what, answer, streams) => {
  const { ask, entries } = await world(answer, streams)
  const { statusCode, ...rest } = await ask('/cases').then(async got => ({
    statusCode: got.statusCode,
    ...(await readAll(got)),
  }))
  expect([statusCode, rest.text.includes('row')]).toEqual([500, false])
  expect(entries).toMatchObject([{ outcome: 'failure', reason: 'internal-error' }])
})

test('HEAD enters the first chunk alone and reads no further', async () => {
  const { ask, entries } = await world(() => recordedStream(rows(450), how))
  const answer = await ask('/cases', 'HEAD')
  expect([answer.statusCode, (await readAll(answer)).text]).toEqual([200, ''])
  expect(entries).toHaveLength(1)
})

test('an open route cannot send one', async () => {
  const { app, entries } = await streamWorld()
  app.get('/open', { config: { access: { open: 'documentation' } } }, async () => recordedStream(rows(1), how))
  const answer = await app.inject('/open')
  expect([answer.statusCode, answer.body.includes('row'), entries]).toEqual([500, false, []])
})
