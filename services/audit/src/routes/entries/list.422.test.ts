import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

const problem = async (url: string, accept?: string) => {
  const answer = await world.request(url, accept === undefined ? {} : { accept })
  expect(answer.statusCode, answer.body).toBe(422)
  return { ...answer.json(), body: answer.body }
}

test('names every filter that cannot be taken, and never its value', async () => {
  const told = await problem('/entries?filter=name:Lale&filter=outcome:denied&filter=subject:Lale&filter=from:soon')
  expect(told.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/filter/0',
    '/filter/2',
    '/filter/3',
  ])
  expect(told.body).not.toContain('Lale')
})

test('looks through no more than 31 days without a subject or an actor', async () => {
  expect((await problem('/entries?filter=from:2026-01-01&filter=to:2026-03-01')).code).toBe('window-too-long')
  const narrowed = '/entries?filter=from:2026-01-01&filter=to:2026-03-01&filter=actor:caseworker-1'
  expect((await world.request(narrowed)).statusCode).toBe(200)
})

test('takes no cursor of another list and none with a feed', async () => {
  expect((await problem('/entries?cursor=bm9uc2Vuc2U')).errors[0].pointer).toBe('/cursor')
  expect((await problem('/entries?after=3&cursor=bm9uc2Vuc2U')).errors[0].pointer).toBe('/cursor')
})

test('takes neither a page that is too long nor an index that is none', async () => {
  await problem('/entries?limit=101')
  await problem('/entries?after=-2')
  await problem('/entries?offset=3')
})

test('takes nothing as lines that would make a part of the whole', async () => {
  const told = await problem('/entries?limit=3&after=2&cursor=x', 'application/x-ndjson')
  expect(told.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/limit', '/cursor', '/after'])
  expect((await problem('/entries?filter=name:Lale', 'application/x-ndjson')).errors[0].pointer).toBe('/filter/0')
})
