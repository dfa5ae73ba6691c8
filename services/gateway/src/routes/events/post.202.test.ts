import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  batch,
  binary,
  type Gateway,
  gateway,
  planted,
  structured,
  submitted,
  withdrawn,
} from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

describe('one event', () => {
  test('gets a receipt, its address, and goes on sealed for intake with its place in the queue', async () => {
    const event = submitted()
    const answer = await gw.post(event)
    expect(answer.statusCode).toBe(202)
    const receipt = answer.json()
    expect(receipt).toEqual({
      id: expect.any(String),
      type: event.type,
      state: 'accepted',
      acceptedAt: expect.any(String),
    })
    expect(answer.headers.location).toBe(`/receipts/${receipt.id}`)
    const fact = (await gw.facts()).at(-1)!
    expect(fact).toMatchObject({ subject: receipt.id, organisation: 'harbour-house', event })
    expect(fact.data).toEqual({ receipt: receipt.id, partner: gw.own.id, type: event.type, sealed: expect.any(String) })
    expect(await gw.counts()).toMatchObject({ facts: 1, unsent: 1 })
    expect(gw.relay.woken).toBe(1)
  })

  test('gets the same receipt on repetition, in whatever mode it comes, and is written once', async () => {
    const event = submitted({ subject: 'Ünïcode € subject', myext: true })
    const first = await gw.post(event)
    const before = await gw.counts()
    const { headers, payload } = binary(event)
    const again = [
      await gw.post(event),
      await gw.post(Object.fromEntries(Object.entries(event).reverse())),
      await gw.request({ method: 'POST', url: '/events', headers, payload }),
      await gw.post(event, { headers: { 'content-type': `${structured}; charset=utf-8` } }),
    ]
    for (const answer of again) {
      expect(answer.statusCode).toBe(202)
      expect(answer.json()).toEqual(first.json())
      expect(answer.headers.location).toBe(first.headers.location)
    }
    expect((await gw.post([event])).json().items[0].receipt).toEqual(first.json())
    expect(await gw.counts()).toEqual(before)
  })

  test('has one receipt however many senders post it at the same moment', async () => {
    const event = submitted()
    const before = await gw.counts()
    const answers = await Promise.all(Array.from({ length: 12 }, () => gw.post(event)))
    expect(new Set(answers.map(answer => answer.statusCode))).toEqual(new Set([202]))
    expect(new Set(answers.map(answer => answer.json().id)).size).toBe(1)
    const after = await gw.counts()
    expect(after.receipts - before.receipts).toBe(1)
    expect(after.facts - before.facts).toBe(1)
  })

  test('is another event for another partner, although source and id are the same', async () => {
    const also = await gw.addPartner('also-harbour', ['urn:partner:harbour-house'])
    const event = submitted()
    const [mine, theirs] = [await gw.post(event), await gw.post(event, { as: also })]
    expect(theirs.statusCode).toBe(202)
    expect(theirs.json().id).not.toBe(mine.json().id)
  })

  test('keeps its order with other events of the same reference, and tells no other partner that the reference is known', async () => {
    const reference = 'a reference of its own'
    await gw.post(submitted({}, { reference }))
    await gw.post(withdrawn({}, { reference }))
    const theirSource = { source: 'urn:partner:northern-light' }
    await gw.post(submitted(theirSource, { reference }), { as: gw.other })
    const [first, second, theirs] = (await gw.facts()).slice(-3)
    expect(second!.key).toBe(first!.key)
    expect(theirs!.key).not.toBe(first!.key)
  })
})

describe('a batch', () => {
  test('is accepted together in its order, each event with a status of its own', async () => {
    const accepted = submitted()
    await gw.post(accepted)
    const one = submitted()
    const events = [
      one,
      accepted,
      { ...submitted(), id: 7 },
      { ...accepted, subject: 'other' },
      withdrawn(),
      one,
      { ...one, subject: 'other' },
    ]
    const before = await gw.facts()
    const { items } = (await gw.post(events)).json()
    expect(items.map((item: { status: number }) => item.status)).toEqual([202, 202, 422, 409, 202, 202, 409])
    expect(items.map((item: { index: number }) => item.index)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(items[5].receipt).toEqual(items[0].receipt)
    expect(items[2].problem).toMatchObject({ code: 'validation-failed', errors: [{ pointer: '/2/id' }] })
    expect(items[6].problem).toMatchObject({ code: 'event-identity-conflict', errors: [{ pointer: '/6/id' }] })
    const written = (await gw.facts()).slice(before.length)
    expect(written.map(fact => fact.subject)).toEqual([items[0].receipt.id, items[4].receipt.id])
  })

  test('of 500 events is accepted in the order in which receipts are listed', async () => {
    const events = Array.from({ length: 500 }, () => withdrawn())
    const answer = await gw.post(events)
    expect(answer.statusCode).toBe(202)
    const ids = answer.json().items.map((item: { receipt: { id: string } }) => item.receipt.id)
    const listed = await gw.walk('order=desc&limit=100')
    expect(listed.slice(0, 500).reverse()).toEqual(ids)
  })

  test('posted twice at once with its events turned round ends with one receipt each', async () => {
    const events = Array.from({ length: 60 }, () => withdrawn())
    const before = await gw.counts()
    const answers = await Promise.all([gw.post(events), gw.post([...events].reverse()), gw.post(events)])
    const ids = answers.map(answer => answer.json().items.map((item: { receipt: { id: string } }) => item.receipt.id))
    expect(ids[1].reverse()).toEqual(ids[0])
    expect(ids[2]).toEqual(ids[0])
    expect((await gw.counts()).receipts - before.receipts).toBe(60)
  })
})

test('nothing of a person or of what the partner calls them stands anywhere but sealed', async () => {
  await gw.post(submitted({ subject: planted.reference }), { headers: { 'content-type': structured } })
  await gw.post([submitted(), { ...submitted(), id: planted.identityNumber }], { headers: { 'content-type': batch } })
  const everything = `${await gw.everyRow()}\n${gw.lines.join('\n')}`
  for (const value of Object.values(planted)) {
    expect(everything).not.toContain(value)
    expect(everything).not.toContain(Buffer.from(value).toString('base64url').slice(0, -2))
    expect(everything).not.toContain(Buffer.from(value).toString('hex'))
  }
  expect(JSON.stringify((await gw.facts()).at(-1)!.event)).toContain(planted.firstName)
})
