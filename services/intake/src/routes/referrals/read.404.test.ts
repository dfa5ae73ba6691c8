import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { elsewhere } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('staff without the relation never learn that a referral exists: forbidden and absent are one answer', async () => {
  const { id } = await world.refer()
  const forbidden = await world.request('GET', `/referrals/${id}`, { org: elsewhere })
  const absent = await world.request('GET', `/referrals/${randomUUIDv7()}`, { org: elsewhere })
  const told = ({ instance: _i, traceId: _t, ...rest }: Record<string, unknown>) => rest
  expect([forbidden.statusCode, absent.statusCode]).toEqual([404, 404])
  expect(told(forbidden.json())).toEqual(told(absent.json()))
  const names = (headers: object) => Object.keys(headers).sort()
  expect(names(forbidden.headers)).toEqual(names(absent.headers))
})
