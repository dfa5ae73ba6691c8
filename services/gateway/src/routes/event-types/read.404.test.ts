import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test.each(['/event-types/unknown', '/event-types/unknown/schema'])('%s says where the types are listed', async url => {
  const answer = await gw.get(url, { as: null })
  expect(answer.statusCode).toBe(404)
  expect(answer.json().detail).toContain('GET /event-types')
})
