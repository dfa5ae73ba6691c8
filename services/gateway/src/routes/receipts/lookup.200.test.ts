import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const lookup = (events: object[], as = gw.own) =>
  gw.request({ method: 'POST', url: '/receipts/lookup', payload: { events }, as })

test('a sender that lost its notes learns, in the order asked, what was accepted and what has still to be sent', async () => {
  const events = Array.from({ length: 3 }, () => submitted())
  const { items } = (await gw.post(events)).json()
  const [first, , third] = events.map(({ source, id }) => ({ source, id }))
  const unknown = { source: 'urn:partner:harbour-house', id: 'never sent' }
  const answer = await lookup([third!, unknown, first!, third!])
  expect(answer.statusCode).toBe(200)
  expect(answer.json().items).toEqual([
    { index: 0, receipt: items[2].receipt },
    { index: 1, receipt: null },
    { index: 2, receipt: items[0].receipt },
    { index: 3, receipt: items[2].receipt },
  ])
})

test('source and id are compared apart, and with the own events only', async () => {
  const { source, id } = submitted()
  await gw.post(submitted({ id }))
  expect((await lookup([{ source: `${source}:${id}`, id: '' }])).statusCode).toBe(422)
  expect(
    (await lookup([{ source: source.slice(0, -1), id: source.slice(-1) + id }])).json().items[0].receipt,
  ).toBeNull()
  expect((await lookup([{ source, id }], gw.other)).json().items[0].receipt).toBeNull()
})

test('500 events are answered at once, the longest names included', async () => {
  const events = Array.from({ length: 500 }, (_, at) => ({
    source: `urn:${'x'.repeat(500)}`,
    id: `${at}${'é'.repeat(200)}`,
  }))
  const answer = await lookup(events)
  expect(answer.statusCode).toBe(200)
  expect(answer.json().items).toHaveLength(500)
})
