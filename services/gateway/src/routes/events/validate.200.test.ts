import { afterAll, beforeAll, expect, test } from 'vitest'
import { binary, type Gateway, gateway, submitted, withdrawn } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const url = '/events/validate'

test('what would be accepted is valid, in each of the modes, and nothing is written', async () => {
  const answers = [
    await gw.post(submitted(), { url }),
    await gw.post([submitted(), withdrawn()], { url }),
    await gw.request({ method: 'POST', url, ...binary(withdrawn()) }),
  ]
  for (const answer of answers) {
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({ valid: true, errors: [] })
  }
  expect(await gw.counts()).toEqual({ receipts: 0, facts: 0, unsent: 0 })
})

test('all that is wrong is named, what the partner may not do included', async () => {
  const limited = await gw.addPartner('limited', ['urn:partner:limited'], ['Limited'])
  const events = [submitted({ source: 'urn:partner:limited' }), { ...withdrawn(), id: 7 }, withdrawn()]
  const answer = await gw.post(events, { url, as: limited })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    valid: false,
    errors: [{ pointer: '/0/data/referral/referringOrganisation' }, { pointer: '/1/id' }, { pointer: '/2/source' }],
  })
})

test('a valid event does not come back: the answer says valid and nothing else', async () => {
  const answer = await gw.post(submitted(), { url })
  expect(Object.keys(answer.json()).sort()).toEqual(['errors', 'valid'])
})
