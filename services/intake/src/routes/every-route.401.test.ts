import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute, otherRoutes } from '../../test/every-route.ts'
import { intake } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

describe.each([...everyRoute, ...otherRoutes])('$method $url', ({ method, url, ...options }) => {
  test('answers nobody without a token, and nobody with one that is not for intake', async () => {
    const missing = await world.request(method, url, { ...options, token: '' })
    const invalid = await world.request(method, url, { ...options, token: await world.tokenForGateway() })
    expect([missing.statusCode, missing.json().code]).toEqual([401, 'token-missing'])
    expect([invalid.statusCode, invalid.json().code]).toEqual([401, 'token-invalid'])
    expect(missing.headers['www-authenticate']).toMatch(/^Bearer/)
  })
})

test('the table of routes that these suites go through is complete', () => {
  const { paths } = world.app.swagger() as { paths: Record<string, Record<string, { security?: unknown }>> }
  const guarded = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.security !== undefined)
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
  const tried = [...everyRoute, ...otherRoutes].map(
    ({ method, url }) => `${method} ${url.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}').replace(/[?].*/, '')}`,
  )
  expect(tried.sort()).toEqual(guarded.sort())
})
