import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test('what is no receipt id is refused at /id and not repeated', async () => {
  const answer = await gw.get('/receipts/Plantednia')
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors[0].pointer).toBe('/id')
  expect(answer.body).not.toContain('Plantednia')
})
