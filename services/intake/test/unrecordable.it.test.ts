import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
let owner: pg.Client
beforeAll(async () => {
  world = await intake()
  owner = new pg.Client({ connectionString: world.databases.admin })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await world.close()
})
beforeEach(async () => {
  await world.wipe()
})
afterEach(() => owner.query('grant insert (batch) on record.outbox to intake_app'))

const unwritable = () => owner.query('revoke insert (batch) on record.outbox from intake_app')

test('while the record cannot be written no look at anybody is answered, within 2 s and with nothing in it', async () => {
  const { id } = await world.refer()
  const opened = await world.open('caseworker-1')
  await unwritable()
  for (const url of [
    '/referrals',
    `/referrals/${id}`,
    '/referrals/summary?by=state',
    '/cases',
    `/cases/${opened.case}`,
  ]) {
    const began = performance.now()
    const answer = await world.request('GET', url)
    expect([url, answer.statusCode, answer.json().code]).toEqual([url, 503, 'audit-unavailable'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.headers.etag).toBeUndefined()
    expect(answer.body).not.toMatch(/Lale|Ornek/)
    expect(performance.now() - began).toBeLessThan(2_000)
  }
})

test('a decision has no effect then, and works afterwards', async () => {
  const { id } = await world.refer()
  const before = await world.facts()
  await unwritable()
  const refused = await world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' })
  expect([refused.statusCode, refused.json().code]).toEqual([503, 'audit-unavailable'])
  expect([await world.facts(), await world.count('case')]).toEqual([before, 0])
  await owner.query('grant insert (batch) on record.outbox to intake_app')
  expect((await world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' })).statusCode).toBe(200)
})

test('what a partner sent is not applied then either: nothing is opened without its entry', async () => {
  await unwritable()
  await expect(world.refer()).rejects.toThrow()
  expect([await world.count('referral'), await world.count('person'), await world.count('inbound')]).toEqual([0, 0, 0])
})

test('the same is true of who is refused: they learn no more than that', async () => {
  await unwritable()
  for (const options of [{ token: '' }, { as: 'partner' as const }, { purpose: '' }]) {
    const answer = await world.request('GET', '/referrals', options)
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'audit-unavailable'])
  }
})
