import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@haven/problem'
import { expect, onTestFinished, test } from 'vitest'
import { type Feed, recordedFeed } from '../../src/index.ts'
import { readAll, streamWorld } from './world.ts'

const subject = '0196f000-0000-4000-8000-000000000001'

/** Numbers from 6 on, as a test lets them come. */
function numbers() {
  const state = { upTo: 5, isBroken: false, text: (n: number) => `${n}\n`, gate: Promise.resolve() }
  const feed: Feed = {
    after: '5',
    async *follow(signal) {
      yield { text: 'begun\n', shown: 0, to: '5' }
      for (let n = 6; !signal.aborted; ) {
        if (state.isBroken) throw new Problem('unavailable')
        await state.gate
        if (n <= state.upTo) yield { text: state.text(n), shown: 1, to: String(n++) }
        else await sleep(10)
      }
    },
    last: (to, reason) => `last ${to} ${reason}\n`,
  }
  return { state, feed }
}

async function world() {
  const made = await streamWorld()
  const { feed, state: source } = numbers()
  const access = { action: 'case.list', subjects: () => [subject], streams: 'feed' } as const
  made.app.get('/feed', { config: { access } }, async () => recordedFeed(feed))
  onTestFinished(() => made.app.close())
  return { ...made, source, ask: await made.listen() }
}

/** What has come so far. */
function reading(answer: IncomingMessage) {
  const got = { text: '', isOver: false }
  answer
    .on('data', piece => {
      got.text += String(piece)
    })
    .on('close', () => {
      got.isOver = true
    })
    .on('error', () => undefined)
  return got
}

const opened = { outcome: 'success', subjects: [subject], range: { after: '5' } }

test('a feed has one entry when it opens, before anything is shown, and one when its reader leaves, of what was shown', async () => {
  const { ask, entries, source } = await world()
  const answer = await ask('/feed')
  expect(entries).toMatchObject([opened])
  expect(entries[0]).not.toHaveProperty('resultCount')
  const got = reading(answer)
  source.upTo = 8
  await expect.poll(() => got.text).toBe('begun\n6\n7\n8\n')
  expect(entries).toHaveLength(1)
  answer.destroy()
  await expect.poll(() => entries).toHaveLength(2)
  expect(entries[1]).toMatchObject({ ...opened, range: { after: '5', to: '8' }, resultCount: 3 })
  expect(entries[1]!.request).toBe(entries[0]!.request)
})

test('while entries cannot be written it does not open', async () => {
  const { ask, state } = await world()
  state.onRecord = () => Promise.reject(new Problem('audit-unavailable'))
  const answer = await ask('/feed')
  expect([answer.statusCode, JSON.parse((await readAll(answer)).text).code]).toEqual([503, 'audit-unavailable'])
})

test('a token that ends, ends it: with last words, an entry that says why, and nothing of what came afterwards', async () => {
  const { ask, entries, source, state } = await world()
  const got = reading(await ask('/feed'))
  source.upTo = 6
  await expect.poll(() => got.text).toBe('begun\n6\n')
  state.isExpired = true
  await expect.poll(() => got.isOver).toBe(true)
  source.upTo = 9
  expect(got.text).toBe('begun\n6\nlast 6 token-invalid\n')
  expect(entries[1]).toMatchObject({ outcome: 'success', reason: 'token-invalid', range: { to: '6' }, resultCount: 1 })
})

test('what was read before the token ended and not sent is not shown', async () => {
  const { ask, source, state } = await world()
  const got = reading(await ask('/feed'))
  source.upTo = 6
  await expect.poll(() => got.text).toBe('begun\n6\n')
  const gate = Promise.withResolvers<void>()
  source.gate = gate.promise
  source.upTo = 7
  await sleep(20)
  state.isExpired = true
  await sleep(200)
  gate.resolve()
  await expect.poll(() => got.text).toBe('begun\n6\nlast 6 token-invalid\n')
})

test('a source that breaks, breaks it: the connection too, and the entry is a failure', async () => {
  const { ask, entries, source } = await world()
  const answer = await ask('/feed')
  source.upTo = 6
  const reading = readAll(answer)
  await sleep(50)
  source.isBroken = true
  expect(await reading).toEqual({ text: 'begun\n6\n', isWhole: false })
  await expect.poll(() => entries).toHaveLength(2)
  expect(entries[1]).toMatchObject({ outcome: 'failure', reason: 'unavailable', resultCount: 1, range: { to: '6' } })
})

test('a service that stops ends it at once, and does not stop before its entry', async () => {
  const { app, ask, entries, state } = await world()
  const got = reading(await ask('/feed'))
  state.onRecord = () => sleep(100)
  const began = performance.now()
  await app.close()
  expect(performance.now() - began).toBeLessThan(1_500)
  await expect.poll(() => got.text).toBe('begun\nlast 5 service-stopping\n')
  expect(entries[1]).toMatchObject({ reason: 'service-stopping', resultCount: 0, range: { after: '5', to: '5' } })
})

test('a service that stops waits for the entry of a reader who has just left', async () => {
  const { app, ask, entries, state } = await world()
  const answer = await ask('/feed')
  answer.on('error', () => undefined)
  state.onRecord = () => sleep(200)
  answer.destroy()
  await sleep(50)
  await app.close()
  expect(entries).toHaveLength(2)
})

test('a service that stops while one opens closes it on the record', async () => {
  const { app, ask, entries, state } = await world()
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  state.onRecord = () => {
    begun.resolve()
    return gate.promise
  }
  const asked = ask('/feed').catch(() => undefined)
  await begun.promise
  const closed = app.close()
  await sleep(1_200)
  gate.resolve()
  await Promise.all([asked, closed])
  expect(entries.filter(({ range }) => range !== undefined)).toMatchObject([
    opened,
    { ...opened, range: { after: '5', to: '5' }, reason: 'service-stopping', resultCount: 0 },
  ])
})

/** A feed of more than fits on the way, whose reader does not read. */
async function stuck() {
  const made = await world()
  made.source.text = n => `${n} ${'x'.repeat(100_000)}\n`
  made.source.upTo = 100_000
  const answer = await made.ask('/feed')
  answer.pause()
  answer.on('error', () => undefined)
  return made
}

test('a reader who takes nothing for six judgements is taken to be gone, and has held no more than fits on the way', async () => {
  const { entries } = await stuck()
  await expect.poll(() => entries.length, { timeout: 10_000 }).toBe(2)
  expect(entries[1]).toMatchObject({ reason: 'reader-too-slow', outcome: 'success' })
  expect(entries[1]!.resultCount).toBeLessThan(1_000)
})

test('a reader who does not read does not hold the stop', async () => {
  const { app, entries } = await stuck()
  await sleep(150)
  const began = performance.now()
  await app.close()
  expect(performance.now() - began).toBeLessThan(3_000)
  expect(entries[1]).toMatchObject({ reason: 'service-stopping' })
})

test('HEAD opens and closes', async () => {
  const { ask, entries } = await world()
  const answer = await ask('/feed', 'HEAD')
  expect([answer.statusCode, (await readAll(answer)).text]).toEqual([200, ''])
  await expect.poll(() => entries).toHaveLength(2)
})

test('of more than a hundred the next is told to come later', async () => {
  const { ask, entries } = await world()
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask('/feed')))
  const late = await ask('/feed')
  expect([late.statusCode, JSON.parse((await readAll(late)).text).code]).toEqual([503, 'unavailable'])
  answers[0]!.destroy()
  await expect.poll(() => entries.filter(({ range }) => range?.to !== undefined).length).toBe(1)
  expect((await ask('/feed')).statusCode).toBe(200)
})
