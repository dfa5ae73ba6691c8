import { randomUUIDv7 } from 'node:crypto'
import { Poison, type ReceivedFact } from '@haven/stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from '../../test/harness.ts'
import { onInboundAnswer } from './on-inbound-answer.ts'
import { onReferralState } from './on-referral-state.ts'

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

const fact = (type: string, data: ReceivedFact['data'], version?: number): ReceivedFact => ({
  id: randomUUIDv7(),
  stream: 'intake/1/haven.intake.inbound/0',
  seq: 1n,
  topic: 'haven.intake.inbound',
  key: 'key',
  type,
  subject: randomUUIDv7(),
  source: '/services/intake',
  organisation: 'haven-programme',
  time: new Date('2026-01-02T03:04:05Z'),
  data,
  ...(version === undefined ? {} : { version }),
})
const answer = (name: string, receipt: unknown, reason?: string) =>
  fact(`haven.intake.inbound.${name}.v1`, { receipt, ...(reason === undefined ? {} : { reason }) })
const state = (name: string, receipt: unknown, version?: number) =>
  fact(`haven.intake.referral.${name}.v1`, { referral: randomUUIDv7(), state: name, receipt }, version)

const apply = (one: ReceivedFact) =>
  gw.unitOfWork(work => (one.type.includes('.inbound.') ? onInboundAnswer(one, work) : onReferralState(one, work)))
const posted = async (): Promise<string> => (await gw.post(submitted())).json().id
const read = async (id: string) => (await gw.get(`/receipts/${id}`)).json()

describe("intake's answer", () => {
  test('moves the receipt on and ends it', async () => {
    const id = await posted()
    await apply(answer('held', id))
    expect(await read(id)).toMatchObject({ state: 'held' })
    await apply(answer('applied', id))
    expect(await read(id)).toMatchObject({ state: 'applied' })
  })

  test('that is late or contradicts the end changes nothing', async () => {
    const id = await posted()
    await apply(answer('rejected', id, 'reference-in-use'))
    const ended = await read(id)
    expect(ended).toMatchObject({ state: 'rejected', reason: 'reference-in-use' })
    await apply(answer('held', id))
    await apply(answer('applied', id))
    expect(await read(id)).toEqual(ended)
  })

  test('that is brought again changes nothing', async () => {
    const id = await posted()
    const given = answer('applied', id)
    await apply(given)
    const row = await gw.store.receipt.findUnique({ where: { id } })
    expect(row?.answerCausedBy).toBe(given.id)
    await apply(given)
    await apply({ ...given, stream: 'intake/2/haven.intake.inbound/0' })
    expect(await gw.store.receipt.findUnique({ where: { id } })).toEqual(row)
  })

  test.each([undefined, 7, null])('that names no receipt (%j) is parked', async receipt => {
    await expect(apply(answer('applied', receipt))).rejects.toThrow(Poison)
  })

  test('for a receipt that is not here is parked, since somebody has to look', async () => {
    await expect(apply(answer('applied', randomUUIDv7()))).rejects.toMatchObject({ code: 'receipt-unknown' })
  })

  test('of a type that nobody knows yet is none of ours', async () => {
    await apply(answer('reconsidered', randomUUIDv7()))
  })
})

describe('an outcome of the referral', () => {
  test('shows on the receipt with its time, whatever the receipt has come to', async () => {
    const id = await posted()
    await apply(state('acknowledged', id, 2))
    expect(await read(id)).toMatchObject({
      state: 'accepted',
      outcome: { state: 'acknowledged', at: '2026-01-02T03:04:05.000Z' },
    })
    await apply(answer('applied', id))
    await apply(state('accepted', id, 3))
    expect(await read(id)).toMatchObject({ state: 'applied', outcome: { state: 'accepted' } })
  })

  test('goes by the version of the referral, not by the order of arrival', async () => {
    const id = await posted()
    await apply(state('redirected', id, 3))
    await apply(state('acknowledged', id, 2))
    await apply(state('withdrawn', id, 3))
    expect(await read(id)).toMatchObject({ outcome: { state: 'redirected' } })
  })

  test('is not told of steps inside the house, nor of referrals that came another way', async () => {
    const id = await posted()
    await apply(state('received', id, 1))
    await apply(state('accepted', undefined, 2))
    expect(await read(id)).not.toHaveProperty('outcome')
  })

  test('without a version is parked: it could go back in time', async () => {
    await expect(apply(state('accepted', await posted()))).rejects.toMatchObject({ code: 'version-missing' })
  })
})
