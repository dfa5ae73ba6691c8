import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const event = { source: 'urn:partner:harbour-house', id: '1' }
test.each([
  [{}, '/events'],
  [{ events: [] }, '/events'],
  [{ events: 'all' }, '/events'],
  [{ events: [{ id: '1' }] }, '/events/0/source'],
  [{ events: [{ ...event, id: 7 }] }, '/events/0/id'],
  [{ events: [{ ...event, name: 'x' }] }, '/events/0'],
  [{ events: Array.from({ length: 501 }, () => event) }, '/events'],
  [[event], ''],
])('a body that asks wrongly is refused at its place (%#)', async (payload, pointer) => {
  const answer = await gw.request({ method: 'POST', url: '/receipts/lookup', payload })
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors[0].pointer).toBe(pointer)
})
