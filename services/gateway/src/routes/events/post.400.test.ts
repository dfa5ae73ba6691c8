import { afterAll, beforeAll, expect, test } from 'vitest'
import { batch, type Gateway, gateway, planted, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const text = JSON.stringify(submitted())
test.each([
  ['an empty body', ''],
  ['half an event', text.slice(0, text.length / 2)],
  ['two documents', `${text}${text}`],
  ['a key named twice', `{"id":"a",${text.slice(1)}`],
  ['a __proto__ key', `{"__proto__":{},${text.slice(1)}`],
])('%s is refused without repeating it', async (_, payload) => {
  const answer = await gw.post(payload)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'malformed-json', detail: expect.any(String) })
  for (const value of Object.values(planted)) expect(`${answer.body}${gw.lines.join('')}`).not.toContain(value)
})

test('bytes that are not UTF-8 are refused: another name would be written down', async () => {
  const payload = Buffer.from(text.replace('Plantednia', 'Plant\u00ebdnia'), 'latin1')
  const answer = await gw.request({
    method: 'POST',
    url: '/events',
    payload,
    headers: { 'content-type': 'application/cloudevents+json' },
  })
  expect(answer.statusCode).toBe(400)
  expect(answer.json().detail).toContain('UTF-8')
})

test('a batch cut in the middle is refused whole: nothing of it is accepted', async () => {
  const events = JSON.stringify(Array.from({ length: 20 }, () => submitted()))
  const answer = await gw.post(events.slice(0, -500), { headers: { 'content-type': batch } })
  expect(answer.statusCode).toBe(400)
  expect(await gw.counts()).toEqual({ receipts: 0, facts: 0, unsent: 0 })
})
