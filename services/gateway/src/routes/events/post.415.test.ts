import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test.each([
  'text/plain',
  'application/xml',
  'application/cloudevents+avro',
  'application/cloudevents-batch+avro',
  'multipart/form-data; boundary=x',
])('%s is refused and nothing is written', async type => {
  const answer = await gw.post(submitted(), { headers: { 'content-type': type } })
  expect(answer.statusCode).toBe(415)
  expect(answer.json().code).toBe('unsupported-media-type')
  expect((await gw.counts()).receipts).toBe(0)
})

test('plain JSON without ce- headers is told of the three ways', async () => {
  const answer = await gw.post(submitted(), { headers: { 'content-type': 'application/json' } })
  expect(answer.statusCode).toBe(415)
  for (const way of ['application/cloudevents+json', 'application/cloudevents-batch+json', 'ce- headers'])
    expect(answer.json().detail).toContain(way)
})

test('a request without a body is told the same', async () => {
  const answer = await gw.request({ method: 'POST', url: '/events' })
  expect(answer.statusCode).toBe(415)
})
