import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test.each(['application/json', 'text/plain'])(
  '%s that is no CloudEvent is told of the ways to send one',
  async type => {
    const answer = await gw.post(submitted(), { url: '/events/validate', headers: { 'content-type': type } })
    expect(answer.statusCode).toBe(415)
    expect(answer.json().code).toBe('unsupported-media-type')
  },
)
