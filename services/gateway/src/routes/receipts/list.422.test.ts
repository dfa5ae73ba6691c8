import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const foreign = Buffer.from(JSON.stringify({ after: '1; drop table' })).toString('base64url')
test.each([
  ['state=open', '/state'],
  ['limit=0', '/limit'],
  ['limit=101', '/limit'],
  ['limit=many', '/limit'],
  ['order=sideways', '/order'],
  ['cursor=@', '/cursor'],
  [`cursor=${foreign}`, '/cursor'],
  ['cursor=', '/cursor'],
  ['unknown=1', ''],
])('%s is refused at %s', async (query, pointer) => {
  const answer = await gw.get(`/receipts?${query}`)
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors).toContainEqual({ pointer, detail: expect.any(String) })
})
