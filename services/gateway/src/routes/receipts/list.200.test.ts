import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Gateway, gateway, submitted, withdrawn } from '../../../test/harness.ts'

let gw: Gateway
let ids: string[]
beforeAll(async () => {
  gw = await gateway()
  const { items } = (await gw.post(Array.from({ length: 7 }, () => submitted()))).json()
  ids = items.map((item: { receipt: { id: string } }) => item.receipt.id)
  await gw.post(withdrawn({ source: 'urn:partner:northern-light' }), { as: gw.other })
})
afterAll(() => gw.close())

describe('the list of receipts', () => {
  test.each([1, 2, 3, 7, 8])(
    'walked in pages of %i shows each own receipt once, in the order of acceptance',
    async limit => {
      expect(await gw.walk(`limit=${limit}`)).toEqual(ids)
      expect(await gw.walk(`limit=${limit}&order=desc`)).toEqual([...ids].reverse())
    },
  )

  test("never shows another partner's receipts, with its own cursor neither", async () => {
    const page = (await gw.get('/receipts?limit=1')).json()
    const theirs = (await gw.get(`/receipts?cursor=${page.next}`, { as: gw.other })).json()
    for (const receipt of theirs.items) expect(ids).not.toContain(receipt.id)
  })

  test('finds by each of the states, stored or derived', async () => {
    const states = async () =>
      Object.fromEntries(
        await Promise.all(
          ['accepted', 'published', 'held', 'applied', 'rejected'].map(async state => [
            state,
            await gw.walk(`limit=2&state=${state}`),
          ]),
        ),
      )
    expect(await states()).toEqual({ accepted: ids, published: [], held: [], applied: [], rejected: [] })
    await gw.acknowledge()
    expect(await states()).toEqual({ accepted: [], published: ids, held: [], applied: [], rejected: [] })
    const answers = ['held', 'applied', 'rejected']
    for (const [at, answer] of answers.entries()) {
      await gw.store.receipt.update({
        where: { id: ids[at]! },
        data: { answer, reason: answer === 'rejected' ? 'no-reason' : null, answerCausedBy: ids[at]! },
      })
    }
    const { items } = (await gw.post([submitted(), submitted()])).json()
    const fresh = items.map((item: { receipt: { id: string } }) => item.receipt.id)
    expect(await states()).toEqual({
      accepted: fresh,
      published: ids.slice(3),
      held: [ids[0]],
      applied: [ids[1]],
      rejected: [ids[2]],
    })
    expect((await gw.get('/receipts?state=rejected')).json().items[0].reason).toBe('no-reason')
  })
})
