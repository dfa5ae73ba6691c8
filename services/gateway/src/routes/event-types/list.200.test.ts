import { partnerEventTypes } from '@haven/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test('anyone can read what may be posted, and each sample is accepted as it stands', async () => {
  const answer = await gw.get('/event-types', { as: null })
  expect(answer.statusCode).toBe(200)
  const { items } = answer.json()
  expect(items.map((item: { type: string }) => item.type)).toEqual(partnerEventTypes.map(({ type }) => type))
  for (const { sample } of items) expect((await gw.post(sample)).statusCode).toBe(202)
})

test('the address of each schema is answered here', async () => {
  const { items } = (await gw.get('/event-types', { as: null })).json()
  for (const { dataschema, schema } of items) {
    const answer = await gw.get(dataschema, { as: null })
    expect(answer.headers['content-type']).toContain('application/schema+json')
    expect(answer.json()).toEqual(schema)
  }
})
