import { Writable } from 'node:stream'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { defineProblems, Problem, problemHandler, problemMediaType } from '../src/index.ts'

const secret = 'Mary Example'
const requestId = '0b7c5a52-6f3d-4d7e-9d38-1f4f0f3e2a11'

defineProblems({ 'test-held': { status: 409, title: 'It is held', remedy: 'Wait.' } })

async function answerTo(thrown: () => unknown) {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const app = fastify({ logger: { stream }, genReqId: () => requestId })
  const handler = problemHandler({ traceIdOf: () => 'a'.repeat(32) })
  app.setErrorHandler(handler.onError)
  app.setNotFoundHandler(handler.onNotFound)
  const response = { 200: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } }
  app.post('/it', { schema: { response } }, async () => thrown())
  const answer = await app.inject({
    method: 'POST',
    url: `/it?q=${encodeURIComponent(secret)}`,
    payload: { name: secret },
  })
  return { answer, lines: lines.filter(line => 'problem' in line) }
}

function throwing(error: unknown) {
  return () => {
    throw error
  }
}

test('a problem is answered with every member of RFC 9457 and ours, and nothing else', async () => {
  const errors = [{ pointer: '/state', detail: 'is required' }]
  const { answer } = await answerTo(
    throwing(
      new Problem('test-held', { detail: 'Held by intake.', errors, internal: secret, cause: new Error(secret) }),
    ),
  )
  expect(answer.statusCode).toBe(409)
  expect(answer.headers['content-type']).toBe(problemMediaType)
  expect(answer.json()).toEqual({
    type: 'urn:haven:problem:test-held',
    title: 'It is held',
    status: 409,
    detail: 'Held by intake.',
    instance: `urn:uuid:${requestId}`,
    code: 'test-held',
    traceId: 'a'.repeat(32),
    errors,
  })
})

test.each([
  ['an error of a library', new Error(`duplicate key (name)=(${secret})`)],
  ['a value that is no error', secret],
  ['an unexpected status', Object.assign(new Error(secret), { statusCode: 502 })],
])('%s becomes 500 without its text', async (_name, thrown) => {
  const { answer, lines } = await answerTo(throwing(thrown))
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal-error' })
  expect(answer.body).not.toContain(secret)
  expect(lines).toMatchObject([{ level: 50, problem: 'internal-error' }])
})

test('an answer that does not fit its own schema is our fault and names no field', async () => {
  const { answer } = await answerTo(() => ({ other: secret }))
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal-error' })
  expect(answer.body).not.toMatch(/"id"|is required/)
})

test('what the caller did wrong is a line at info, with the internal text and no body', async () => {
  const { lines } = await answerTo(throwing(new Problem('test-held', { internal: 'held by rule 7' })))
  expect(lines).toMatchObject([{ level: 30, problem: 'test-held', status: 409, internal: 'held by rule 7' }])
  expect(JSON.stringify(lines)).not.toContain(secret)
})

test('401 says how to authenticate, 429 and 503 when to come again, and the throw site wins', async () => {
  expect((await answerTo(throwing(new Problem('token-invalid')))).answer.headers['www-authenticate']).toContain(
    'error="invalid_token"',
  )
  expect((await answerTo(throwing(new Problem('unavailable')))).answer.headers['retry-after']).toBe('5')
  const later = new Problem('too-many-requests', { headers: { 'retry-after': '17' } })
  expect((await answerTo(throwing(later))).answer.headers['retry-after']).toBe('17')
})

test('an unknown address is answered without the address', async () => {
  const app = fastify({ genReqId: () => requestId })
  app.setNotFoundHandler(problemHandler().onNotFound)
  const answer = await app.inject(`/persons/${encodeURIComponent(secret)}?q=${encodeURIComponent(secret)}`)
  expect(answer.statusCode).toBe(404)
  expect(answer.body).not.toContain('Example')
})
