import { expect, test } from 'vitest'
import { openApiDocument } from '../src/index.ts'
import { emptyService, noteService } from './app.ts'

// biome-ignore lint/suspicious/noExplicitAny: a foreign document is walked freely
type Loose = any

async function documentOf(): Promise<Loose> {
  return await openApiDocument((await noteService()).app)
}

test('two builds give the same bytes, so that a copy can be committed', async () => {
  expect(JSON.stringify(await documentOf())).toBe(JSON.stringify(await documentOf()))
})

test('in which order routes were added says nothing in it', async () => {
  const open = { config: { access: { open: 'test' } } }
  async function withRoutes(urls: string[]): Promise<string> {
    const { app } = await emptyService()
    for (const url of urls) app.get(url, open, async () => 'ok')
    return JSON.stringify(await openApiDocument(app))
  }
  expect(await withRoutes(['/one', '/two'])).toBe(await withRoutes(['/two', '/one']))
})

test('the document is served as it is committed', async () => {
  const { app } = await noteService()
  expect((await app.inject('/openapi.json')).body).toBe(JSON.stringify(await openApiDocument(app)))
})

test('a route says how to authenticate and which purposes it takes, from its declared access alone', async () => {
  const { paths } = await documentOf()
  const read = paths['/notes/{id}'].get
  expect(read.security).toEqual([{ clientCredentials: [] }, { bearer: [] }])
  expect(read.parameters.find((parameter: Loose) => parameter.in === 'header')).toMatchObject({
    name: 'Purpose-Of-Use',
    required: true,
    schema: { enum: ['assistance', 'protection'] },
  })
  const post = paths['/events'].post
  expect(post.security).toEqual([{ clientCredentials: [] }, { bearer: [] }])
  expect(JSON.stringify(post)).not.toContain('Purpose-Of-Use')
  expect(paths['/readyz'].get.security).toBeUndefined()
})

test('each route answers problems', async () => {
  const { paths, components } = await documentOf()
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  for (const operation of Object.values<Loose>(paths).flatMap(Object.values<Loose>)) {
    expect(operation.responses['4XX'].content).toEqual(problem)
    expect(operation.responses['5XX'].content).toEqual(problem)
  }
  expect(components.schemas.Problem.required).toContain('code')
})

test("the service's own codes are listed beside everyone's", async () => {
  const { app } = await emptyService({
    problems: { 'note-held': { status: 409, title: 'The note is held', remedy: 'Wait.' } },
  })
  const { info } = (await openApiDocument(app)) as Loose
  expect(info.description).toContain('| note-held | 409 | The note is held |')
  expect(info.description).toContain('| token-invalid | 401 |')
})

test('the page comes whole from this process and may fetch from nowhere else', async () => {
  const { app } = await emptyService()
  const page = await app.inject('/docs')
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|\*/)
  const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(match => match[1]!)
  expect(assets.length).toBeGreaterThan(4)
  for (const asset of assets) {
    expect(asset).toMatch(/^\/docs\/static\//)
    const answer = await app.inject(asset)
    expect([asset, answer.statusCode]).toEqual([asset, 200])
    if (asset.endsWith('.css')) expect(answer.body).not.toMatch(/url\(["']?https?:|@import/)
  }
  expect((await app.inject('/docs/static/swagger-initializer.js')).body).toContain('"validatorUrl":null')
})

test('what makes the documentation open opens nothing else below its address', async () => {
  const { app } = await emptyService()
  expect(() => app.get('/docs/mine', async () => 'ok')).toThrow(/declares no access/)
})
