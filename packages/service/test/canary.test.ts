import { expect, test } from 'vitest'
import { asWorker, noteService } from './app.ts'

const canary = 'canary-Mary-41571157'

const attempts = [
  { url: `/notes/1?limit=10&state=${canary}` },
  { url: `/notes/${canary}?limit=${canary}&${canary}=1` },
  { url: `/${canary}?q=${canary}` },
  { url: `/%zz${canary}` },
  { url: `/broken?q=${canary}` },
  { method: 'POST' as const, url: '/notes', payload: { id: 1, text: canary } },
  { method: 'POST' as const, url: '/notes', payload: { id: canary, [canary]: canary } },
  {
    method: 'POST' as const,
    url: '/notes',
    payload: `{"id":1,"text":"${canary}`,
    headers: { 'content-type': 'application/json' },
  },
  { method: 'POST' as const, url: '/notes', payload: canary, headers: { 'content-type': `text/${canary}` } },
  { url: '/notes/1', headers: { authorization: `Bearer ${canary}` } },
  { url: '/notes/1', headers: { authorization: canary } },
  { url: '/notes/1', headers: { 'purpose-of-use': canary } },
]

test('nothing that a caller sends in address, body or headers reaches a line, a metric or a problem', async () => {
  const { app, lines } = await noteService()
  const everywhere = {
    'user-agent': canary,
    cookie: canary,
    'x-request-id': canary,
    traceparent: canary,
    tracestate: canary,
    referer: `https://x.invalid/${canary}`,
    host: canary,
  }
  for (const { headers, ...attempt } of attempts) {
    const answer = await app.inject({ ...attempt, headers: { ...everywhere, ...asWorker, ...headers } })
    if (answer.statusCode >= 400) expect(answer.body).not.toContain(canary)
  }
  expect(lines.length).toBeGreaterThanOrEqual(attempts.length)
  expect(JSON.stringify(lines)).not.toContain(canary)
  expect((await app.inject('/metrics')).body).not.toContain(canary)
})

test('the lines of a request can be joined with its problem', async () => {
  const { app, lines } = await noteService()
  const answer = (await app.inject('/notes/1')).json()
  const request = answer.instance.replace('urn:uuid:', '')
  expect(lines.filter(line => line.request === request && line.trace === answer.traceId)).toMatchObject([
    { problem: 'token-missing', status: 401 },
    { method: 'GET', route: '/notes/:id', status: 401, durationMs: expect.any(Number) },
  ])
})

test("a request's id is ours, never the caller's", async () => {
  const { app } = await noteService()
  const answer = (
    await app.inject({ url: '/notes/1', headers: { 'request-id': canary, 'x-request-id': canary } })
  ).json()
  expect(answer.instance).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
