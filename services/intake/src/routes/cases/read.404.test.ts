import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { elsewhere } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('a caller without the relation never learns that the case exists: forbidden and absent are one answer', async () => {
  const opened = await world.open('worker-1')
  const told = ({ instance: _i, traceId: _t, ...rest }: Record<string, unknown>) => rest
  const absent = await world.request('GET', `/cases/${randomUUIDv7()}`, { sub: 'worker-2' })
  expect(absent.statusCode).toBe(404)
  for (const options of [{ sub: 'worker-2' }, { sub: 'worker-1', org: elsewhere }]) {
    const forbidden = await world.request('GET', `/cases/${opened.case}`, options)
    expect(forbidden.statusCode).toBe(404)
    expect(told(forbidden.json())).toEqual(told(absent.json()))
  }
})
