import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test.each([
  { subject: 'another' },
  { time: '2021-01-01T00:00:00Z' },
  { myext: 1 },
  { data: submitted({}, { reference: 'another' }).data },
])('an accepted event is never replaced by one with the same source and id and %j', async change => {
  const event = submitted()
  const accepted = (await gw.post(event)).json()
  const before = await gw.everyRow()
  const answer = await gw.post({ ...event, ...change })
  expect(answer.statusCode).toBe(409)
  expect(answer.json()).toMatchObject({ code: 'event-identity-conflict', errors: [{ pointer: '/id' }] })
  expect(await gw.everyRow()).toBe(before)
  expect((await gw.post(event)).json()).toEqual(accepted)
})

test('of two contents that race for one identity exactly one is accepted', async () => {
  const event = submitted()
  const contents = Array.from({ length: 8 }, (_, at) => ({ ...event, subject: `content ${at}` }))
  const answers = await Promise.all(contents.map(content => gw.post(content)))
  expect(answers.map(answer => answer.statusCode).sort()).toEqual([202, 409, 409, 409, 409, 409, 409, 409])
})
