import { limits } from '@haven/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batch, type Gateway, gateway, submitted, withdrawn } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const padded = (event: object, bytes: number) => {
  const text = JSON.stringify(event)
  return `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}}`
}

test('one event may have 64 KiB and not a byte more', async () => {
  expect((await gw.post(padded(submitted(), limits.bodyBytes))).statusCode).toBe(202)
  const answer = await gw.post(padded(submitted(), limits.bodyBytes + 1))
  expect(answer.statusCode).toBe(413)
  expect(answer.json()).toMatchObject({ code: 'body-too-large', detail: expect.stringContaining('less at once') })
  expect((await gw.counts()).receipts).toBe(1)
})

test('a batch may have 1 MiB and not a byte more', async () => {
  const events = Array.from({ length: 200 }, () => withdrawn())
  const text = JSON.stringify(events)
  const withBytes = (bytes: number) => `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}]`
  const options = { headers: { 'content-type': batch } }
  expect((await gw.post(withBytes(limits.batch.maxBytes), options)).statusCode).toBe(202)
  expect((await gw.post(withBytes(limits.batch.maxBytes + 1), options)).statusCode).toBe(413)
})

test('a batch may have 500 events and not one more, and then none of them is accepted', async () => {
  const before = await gw.counts()
  const answer = await gw.post(Array.from({ length: 501 }, () => withdrawn()))
  expect(answer.statusCode).toBe(413)
  expect(answer.json()).toMatchObject({ code: 'batch-too-long', detail: expect.stringContaining('500') })
  expect(await gw.counts()).toEqual(before)
})

test('an event too large to be sent alone is too large in a batch, and takes no other with it', async () => {
  const extensions = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`ext${at}`, '€'.repeat(1_024)]))
  const { items } = (await gw.post([submitted(extensions), submitted()])).json()
  expect(items).toMatchObject([{ status: 413, problem: { errors: [{ pointer: '/0' }] } }, { status: 202 }])
})
