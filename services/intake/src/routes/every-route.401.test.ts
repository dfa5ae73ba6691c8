import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { intake } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

describe.each(everyRoute)('$method $url', ({ method, url, ...options }) => {
  test('answers nobody without a token, and nobody with one that is not for intake', async () => {
    const missing = await world.request(method, url, { ...options, token: '' })
    const invalid = await world.request(method, url, { ...options, token: await world.tokenForGateway() })
    expect([missing.statusCode, missing.json().code]).toEqual([401, 'token-missing'])
    expect([invalid.statusCode, invalid.json().code]).toEqual([401, 'token-invalid'])
    expect(missing.headers['www-authenticate']).toMatch(/^Bearer/)
  })
})
