import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { audit } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

describe.each(everyRoute)('GET $url', ({ url }) => {
  test('answers nobody without a token, and nobody with one that is not for audit, and enters both', async () => {
    const entries = await world.record.during(async () => {
      const missing = await world.request(url, { token: '' })
      const invalid = await world.request(url, { token: await world.tokenForIntake() })
      expect([missing.statusCode, missing.json().code]).toEqual([401, 'token-missing'])
      expect([invalid.statusCode, invalid.json().code]).toEqual([401, 'token-invalid'])
      expect(missing.headers['www-authenticate']).toMatch(/^Bearer/)
    })
    expect(entries.map(({ outcome, reason, actor }) => [outcome, reason, actor.type])).toEqual([
      ['denied', 'token-missing', 'unknown'],
      ['denied', 'token-invalid', 'unknown'],
    ])
  })
})

test('the table of routes that these suites go through is complete', () => {
  const { paths } = world.app.swagger() as { paths: Record<string, Record<string, { security?: unknown }>> }
  const guarded = Object.entries(paths)
    .filter(([path, { get }]) => path !== '/why' && get?.security !== undefined)
    .map(([path]) => path.replace(/\{[a-z]+\}/, '{}'))
  const tried = everyRoute.map(({ url }) => url.replace(/[?].*/, '').replace(/[0-9a-f-]{36}|caseworker-1/, '{}'))
  expect([...new Set(tried)].sort()).toEqual(guarded.sort())
})
