import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway({ rateLimit: { max: 3, windowMs: 60_000 } })
})
afterAll(() => gw.close())

test('who floods is told how long to wait, and nothing more is written; others go on', async () => {
  const token = await gw.issuer.token({
    role: 'partner',
    org: gw.own.organisation,
    clientId: gw.own.clientId,
    audience: 'gateway',
  })
  const answers = []
  for (let at = 0; at < 5; at++) answers.push(await gw.post(submitted(), { token }))
  expect(answers.map(answer => answer.statusCode)).toEqual([202, 202, 202, 429, 429])
  expect(Number(answers[4]!.headers['retry-after'])).toBeGreaterThan(0)
  expect((await gw.counts()).receipts).toBe(3)
  expect((await gw.post(submitted({ source: 'urn:partner:northern-light' }), { as: gw.other })).statusCode).toBe(202)
})
