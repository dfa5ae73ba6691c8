import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test("another partner's receipt and one that does not exist give the same answer", async () => {
  const { id } = (await gw.post(submitted())).json()
  const answers = await Promise.all([id, randomUUIDv7()].map(one => gw.get(`/receipts/${one}`, { as: gw.other })))
  const told = answers.map(answer => {
    const { instance: _, traceId: __, ...rest } = answer.json()
    return { status: answer.statusCode, ...rest }
  })
  expect(told[0]).toMatchObject({ status: 404, code: 'not-found' })
  expect(told[1]).toEqual(told[0])
})
