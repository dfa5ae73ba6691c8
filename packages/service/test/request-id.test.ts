import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteService, type Recorded } from './app.ts'

let service: Recorded
beforeAll(async () => {
  service = await noteService({ rateLimit: { max: 1_000, windowMs: 60_000 } })
  await service.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => service.app.close())

const host = 'host: haven\r\n'
const worker = `${host}authorization: Bearer worker\r\npurpose-of-use: assistance\r\n`
const json = `${worker}content-type: application/json\r\n`

const requests: [string, number, string][] = [
  ['what is shown', 200, `GET /notes/1 HTTP/1.1\r\n${worker}`],
  ['its head alone', 200, `HEAD /notes/1 HTTP/1.1\r\n${worker}`],
  ['an open route', 200, `GET /livez HTTP/1.1\r\n${host}`],
  ['a page', 200, `GET /docs HTTP/1.1\r\n${host}`],
  ['a redirection', 302, `GET /docs/static/index.html HTTP/1.1\r\n${host}`],
  ['a missing token', 401, `GET /notes/1 HTTP/1.1\r\n${host}`],
  ['a missing purpose', 400, `GET /notes/1 HTTP/1.1\r\n${host}authorization: Bearer worker\r\n`],
  ['a role that does not permit', 403, `GET /notes/1 HTTP/1.1\r\n${host}authorization: Bearer partner\r\n`],
  ['nothing there', 404, `GET /nowhere HTTP/1.1\r\n${host}`],
  ['another method', 405, `DELETE /notes HTTP/1.1\r\n${host}`],
  ['no JSON', 400, `POST /notes HTTP/1.1\r\n${json}content-length: 1\r\n\r\n{`],
  ['an empty body', 400, `POST /notes HTTP/1.1\r\n${json}content-length: 0\r\n`],
  ['no body at all', 422, `POST /notes HTTP/1.1\r\n${worker}`],
  ['too much', 413, `POST /notes HTTP/1.1\r\n${json}content-length: 70000\r\n`],
  [
    'another media type',
    415,
    `POST /notes HTTP/1.1\r\n${worker}content-type: text/plain\r\ncontent-length: 1\r\n\r\nx`,
  ],
  ['what does not fit', 422, `POST /notes HTTP/1.1\r\n${json}content-length: 2\r\n\r\n{}`],
  ['a handler that breaks', 500, `GET /broken HTTP/1.1\r\n${worker}`],
  ['an address that cannot be read', 400, `GET /%zz HTTP/1.1\r\n${host}`],
  ['an address that is too long', 414, `GET /notes/${'1'.repeat(200)} HTTP/1.1\r\n${worker}`],
  ['no host', 400, 'GET /livez HTTP/1.1\r\n'],
  ['an expectation that nobody knows', 200, `GET /notes/1 HTTP/1.1\r\n${worker}expect: the-best\r\n`],
  ['headers that are too large', 431, `GET /livez HTTP/1.1\r\n${host}x-long: ${'x'.repeat(20_000)}\r\n`],
  ['no HTTP', 400, 'MARY EXAMPLE\r\n'],
]

test.each(requests)(
  '%s: the answer has the id of its log lines, its entry and its problem',
  async (_what, status, bytes) => {
    const { app, lines, entries } = service
    lines.length = 0
    entries.length = 0
    const { port } = app.server.address() as AddressInfo
    const answer = await answerTo(port, bytes.includes('\r\n\r\n') ? bytes : `${bytes}\r\n`)
    expect(answer.status).toBe(status)
    expect(answer.headers['x-request-id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    const id = answer.headers['x-request-id']
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (status >= 400) expect(JSON.parse(answer.body).instance).toBe(`urn:uuid:${id}`)
    expect(new Set(entries.map(entry => entry.request))).toEqual(new Set(entries.length > 0 ? [id] : []))
    expect(new Set(lines.map(line => line.request).filter(Boolean))).toEqual(new Set(lines.length > 0 ? [id] : []))
  },
)

test('what comes first of a client over the limit has it as well', async () => {
  const { app } = await noteService({ rateLimit: { max: 1, windowMs: 60_000 } })
  await app.inject('/notes/1')
  const answer = await app.inject('/notes/1')
  expect([answer.statusCode, answer.json().instance]).toEqual([429, `urn:uuid:${answer.headers['x-request-id']}`])
})

/** What is answered to these bytes, once the connection says that it is over. */
async function answerTo(port: number, bytes: string) {
  const text = await new Promise<string>((resolve, reject) => {
    let got = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', data => (got += data))
    socket.on('end', () => resolve(got)).on('error', reject)
  })
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [first = '', ...fields] = head.split('\r\n')
  const headers = Object.fromEntries(fields.map(line => line.toLowerCase().split(': ') as [string, string]))
  return { status: Number(first.split(' ')[1]), headers, body }
}
