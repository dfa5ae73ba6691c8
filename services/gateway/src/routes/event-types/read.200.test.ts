import { partnerEventTypes } from '@haven/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test.each(partnerEventTypes)(
  '$type is documented with schema and sample',
  async ({ type, title, sample, dataSchema }) => {
    const answer = await gw.get(`/event-types/${type}`, { as: null })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ type, title, sample, schema: JSON.parse(JSON.stringify(dataSchema)) })
  },
)
