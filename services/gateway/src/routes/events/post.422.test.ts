import { afterAll, beforeAll, expect, test } from 'vitest'
import { batch, type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test('an event is told of everything that is wrong with it at once', async () => {
  const event = { ...submitted({ time: 'yesterday' }, { reference: '' }), specversion: '0.3', data_base64: 'AAAA' }
  const answer = await gw.post(event)
  expect(answer.statusCode).toBe(422)
  expect(answer.json().code).toBe('validation-failed')
  const pointers = answer.json().errors.map((error: { pointer: string }) => error.pointer)
  for (const pointer of ['/specversion', '/time', '/data_base64', '/data/reference'])
    expect(pointers).toContain(pointer)
})

test('an unknown type names the remedy', async () => {
  const answer = await gw.post(submitted({ type: 'haven.partner.unknown.v1' }))
  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({ code: 'event-type-unknown', errors: [{ pointer: '/type' }] })
  expect(answer.json().detail).toContain('GET /event-types')
})

test('nesting beyond 32 levels is refused before it is read', async () => {
  const answer = await gw.post(`{"data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
  expect(answer.statusCode).toBe(422)
  expect(answer.json().code).toBe('body-too-deep')
})

test('an empty batch is refused', async () => {
  expect((await gw.post([])).json()).toMatchObject({ status: 422, code: 'batch-empty' })
})

test('a batch that is one event is refused at its root', async () => {
  const answer = await gw.post(submitted(), { headers: { 'content-type': batch } })
  expect(answer.json()).toMatchObject({
    status: 422,
    errors: [{ pointer: '', detail: expect.stringContaining('array') }],
  })
})

test('a batch without a valid event is refused and each event is named', async () => {
  const answer = await gw.post(['no event', submitted({ type: 'unknown' }), submitted({ source: 'urn:partner:other' })])
  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({
    code: 'no-valid-event',
    errors: [{ pointer: '/0' }, { pointer: '/1/type' }, { pointer: '/2/source' }],
  })
  expect(await gw.counts()).toEqual({ receipts: 0, facts: 0, unsent: 0 })
})

test('500 events with many errors each get an answer that names each event and stays small', async () => {
  const answer = await gw.post(Array.from({ length: 500 }, () => ({ data: {} })))
  expect(answer.statusCode).toBe(422)
  const named = new Set(answer.json().errors.map((error: { pointer: string }) => error.pointer.split('/')[1]))
  expect(named.size).toBe(500)
  expect(answer.body.length).toBeLessThan(100_000)
})
