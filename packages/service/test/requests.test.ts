import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { acceptJson, type Instance } from '../src/index.ts'
import { asWorker, emptyService, noteService } from './app.ts'

const json = { ...asWorker, 'content-type': 'application/json' }
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

test.each<[string, Record<string, string>, string | Buffer, number, string, string[]]>([
  ['no JSON', json, '{"id":', 400, 'malformed-json', []],
  ['nothing under a content type', json, '', 400, 'malformed-json', []],
  ['a key twice', json, '{"id":1,"id":2}', 400, 'malformed-json', []],
  ['__proto__', json, '{"id":1,"__proto__":{"admin":true}}', 400, 'malformed-json', []],
  ['constructor.prototype', json, '{"id":1,"constructor":{"prototype":{}}}', 400, 'malformed-json', []],
  ['broken UTF-8', json, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'malformed-json', []],
  ['33 levels', json, deep(33), 422, 'body-too-deep', []],
  ['32 levels that do not fit', json, deep(32), 422, 'validation-failed', ['']],
  ['more than 64 kB', json, JSON.stringify({ id: 1, text: 'x'.repeat(65_536) }), 413, 'body-too-large', []],
  ['text', { ...asWorker, 'content-type': 'text/plain' }, 'hello', 415, 'unsupported-media-type', []],
  [
    'a form',
    { ...asWorker, 'content-type': 'application/x-www-form-urlencoded' },
    'id=1',
    415,
    'unsupported-media-type',
    [],
  ],
  [
    'another charset',
    { ...json, 'content-type': 'application/json; charset=iso-8859-9' },
    '{"id":1}',
    415,
    'unsupported-media-type',
    [],
  ],
  [
    'a compressed document',
    { ...json, 'content-encoding': 'gzip' },
    gzipSync('{"id":1}'),
    415,
    'unsupported-media-type',
    [],
  ],
  ['a number as text', json, '{"id":"1"}', 422, 'validation-failed', ['/id']],
  ['everything wrong at once', json, '{"text":5,"mary":1}', 422, 'validation-failed', ['/id', '', '/text']],
  ['no body', asWorker, '', 422, 'validation-failed', ['']],
])('a body of %s is refused and says how to do better', async (_name, headers, payload, status, code, pointers) => {
  const { app } = await noteService()
  const answer = await app.inject({ method: 'POST', url: '/notes', headers, payload })
  const { errors = [], ...problem } = answer.json()
  expect([answer.statusCode, problem.code]).toEqual([status, code])
  expect(errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual(pointers.toSorted())
  expect(problem.detail.length).toBeGreaterThan(10)
  expect(answer.body).not.toContain('mary')
})

test.each([
  ['', 'The body is empty: send one JSON document.'],
  ['{"text":"mary', 'The body is not JSON from character 14 on: send one JSON document.'],
  ['{"text":"mary" "id":1}', 'The body is not JSON from character 16 on: send one JSON document.'],
])('what is no JSON is told where it breaks, never in its own words (%j)', async (payload, detail) => {
  const { app } = await noteService()
  expect((await app.inject({ method: 'POST', url: '/notes', headers: json, payload })).json().detail).toBe(detail)
})

test.each(['utf8', 'UTF-8', '"utf-8"'])('the charset may be written %s', async charset => {
  const { app } = await noteService()
  const headers = { ...json, 'content-type': `application/json; charset=${charset}` }
  expect((await app.inject({ method: 'POST', url: '/notes', headers, payload: '{"id":1}' })).statusCode).toBe(201)
})

test('a body that is compressed is told that none may be', async () => {
  const { app } = await noteService()
  const answer = await app.inject({
    method: 'POST',
    url: '/notes',
    headers: { ...json, 'content-encoding': 'br' },
    payload: 'x',
  })
  expect(answer.headers['accept-encoding']).toBe('identity')
  expect(answer.json().detail).toContain('Content-Encoding')
})

test.each([
  ['DELETE', '/notes', 'POST'],
  ['OPTIONS', '/notes/7?x=1', 'GET, HEAD'],
  ['POST', '/livez', 'GET, HEAD'],
] as const)('%s %s names the methods that the address takes', async (method, url, allow) => {
  const { app } = await noteService()
  const answer = await app.inject({ method, url })
  expect([answer.statusCode, answer.json().code, answer.headers.allow]).toEqual([405, 'method-not-allowed', allow])
})

test.each(['/notes/', '/notes/7/8', '/note', '/'])('%s is nowhere, whatever the method', async url => {
  const { app } = await noteService()
  expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(404)
})

test('a body is taken as it is', async () => {
  const { app } = await noteService()
  const answer = await app.inject({ method: 'POST', url: '/notes', headers: json, payload: '{"id":1,"text":"a"}' })
  expect([answer.statusCode, answer.json()]).toEqual([201, { id: 1, text: 'a' }])
})

test('text of the address is read as what it says', async () => {
  const { app } = await noteService()
  const answer = await app.inject({ url: '/notes/7?limit=20&state=open&deep=true', headers: asWorker })
  expect(answer.json()).toEqual({ id: 7, query: { limit: 20, state: ['open'], deep: true } })
  expect((await app.inject({ url: '/notes/7', headers: asWorker })).json().query).toEqual({ limit: 10 })
})

test.each([
  ['/notes/mary', '/id', 'path parameter must be integer'],
  ['/notes/0', '/id', 'path parameter must be at least 1'],
  ['/notes/1?limit=many', '/limit', 'query parameter must be integer'],
  ['/notes/1?limit=', '/limit', 'query parameter must be integer'],
  ['/notes/1?limit=101', '/limit', 'query parameter must be at most 100'],
  ['/notes/1?mary=1', '', 'query parameter has a property that is not known here; known are limit, state, deep'],
])('%s names the parameter', async (url, pointer, detail) => {
  const { app } = await noteService()
  const answer = await app.inject({ url, headers: asWorker })
  expect(answer.json()).toMatchObject({ code: 'validation-failed', errors: [{ pointer, detail }] })
})

test('a large body stops at its first error: its answer is no larger than one', async () => {
  const { app } = await noteService()
  const payload = JSON.stringify(Array.from({ length: 10_000 }, () => ({ id: 'x' })))
  const headers = { authorization: 'Bearer partner', 'content-type': 'application/json' }
  const answer = await app.inject({ method: 'POST', url: '/events', headers, payload })
  expect(answer.json().errors).toEqual([{ pointer: '/0/id', detail: 'must be integer' }])
})

test('another media type is read with the same care, in its scope only', async () => {
  const { app } = await emptyService()
  const config = { access: { open: 'test' } }
  await app.register(async scope => {
    acceptJson(scope, ['application/cloudevents+json'], { bodyLimit: 100 })
    scope.post('/events', { config, schema: { body: Type.Any() } }, async () => 'ok')
  })
  app.post('/other', { config }, async () => 'ok')
  const post = async (url: string, payload: string) =>
    (await app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/cloudevents+json' } }))
      .statusCode
  expect(await post('/events', '{}')).toBe(200)
  expect(await post('/events', '{"a":1,"a":2}')).toBe(400)
  expect(await post('/events', `{"a":"${'x'.repeat(100)}"}`)).toBe(413)
  expect(await post('/other', '{}')).toBe(415)
})

test('answers are not to be kept or guessed at', async () => {
  const { app } = await noteService()
  for (const url of ['/notes/1', '/nowhere']) {
    const { headers } = await app.inject({ url, headers: asWorker })
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  }
})

test.each([['/%zz'], [`/notes/${'1'.repeat(200)}`]])('the address %s is refused as a problem', async url => {
  const { app } = await noteService()
  const answer = await app.inject({ url, headers: asWorker })
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.statusCode).toBeLessThan(500)
})

/** What a service answers to bytes that are no complete request, until it ends the connection. */
async function answerTo(app: Instance, bytes: string): Promise<string> {
  const { port } = app.server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', data => {
      text += data
    })
    socket.on('end', () => resolve(text)).on('error', reject)
  })
}

test('what is no HTTP is answered as a problem and hangs nobody', async () => {
  const { app } = await emptyService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const said = await answerTo(app, 'MARY EXAMPLE\r\n\r\n')
  await app.close()
  expect(said).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/)
  expect(said).not.toContain('MARY')
})

test('headers that are too large are told from broken ones', async () => {
  const { app } = await emptyService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const said = await answerTo(app, `GET /livez HTTP/1.1\r\nhost: haven\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`)
  await app.close()
  expect(said).toMatch(/^HTTP\/1\.1 431 /)
  expect(said).toContain('"code":"headers-too-large"')
})

test('a body that stops arriving is given up: nobody holds a connection for ever', async () => {
  const { app } = await noteService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  expect([app.server.requestTimeout, app.server.headersTimeout]).toEqual([30_000, 30_000])
  Object.assign(app.server, { requestTimeout: 50, headersTimeout: 50 })
  const head = 'POST /notes HTTP/1.1\r\nhost: haven\r\nauthorization: Bearer worker\r\npurpose-of-use: assistance'
  const said = await answerTo(app, `${head}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id`)
  await app.close()
  expect(said).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\ncontent-type: application\/problem\+json/)
  expect(said).toContain('"code":"request-timeout"')
})
