import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../../test/harness.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test('a receipt shows how far its event has come, and nothing of what it says', async () => {
  const posted = (await gw.post(submitted())).json()
  const read = async () => (await gw.get(`/receipts/${posted.id}`)).json()
  expect(await read()).toEqual(posted)
  await gw.acknowledge()
  expect(await read()).toEqual({ ...posted, state: 'published' })
  await gw.store.receipt.update({
    where: { id: posted.id },
    data: {
      answer: 'applied',
      answerCausedBy: posted.id,
      outcome: 'redirected',
      outcomeAt: new Date(0),
      outcomeVersion: 3n,
      outcomeCausedBy: posted.id,
    },
  })
  expect(await read()).toEqual({
    ...posted,
    state: 'applied',
    outcome: { state: 'redirected', at: '1970-01-01T00:00:00.000Z' },
  })
})

test('an answer that comes before the acknowledgement shows, and is not taken back by it', async () => {
  const { id } = (await gw.post(submitted())).json()
  await gw.store.receipt.update({
    where: { id },
    data: { answer: 'rejected', reason: 'no-reason', answerCausedBy: id },
  })
  expect((await gw.get(`/receipts/${id}`)).json()).toMatchObject({ state: 'rejected', reason: 'no-reason' })
  await gw.acknowledge()
  expect((await gw.get(`/receipts/${id}`)).json()).toMatchObject({ state: 'rejected' })
})
