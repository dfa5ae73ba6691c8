import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { audit } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

describe.each(everyRoute)('GET $url', ({ url }) => {
  test('is for auditors and the data-protection officer, and enters who else tried', async () => {
    for (const as of ['partner', 'caseworker', 'operator', 'competentAuthority'] as const) {
      const entries = await world.record.during(async () => {
        const answer = await world.request(url, { as })
        expect([as, answer.statusCode, answer.json().code]).toEqual([as, 403, 'role-not-permitted'])
      })
      expect(entries).toMatchObject([{ outcome: 'denied', reason: 'role-not-permitted', actor: { roles: [as] } }])
    }
    expect((await world.request(url, { as: 'dataProtectionOfficer' })).statusCode).not.toBe(403)
  })

  test('takes no purpose that it is not for', async () => {
    const answer = await world.request(url, { purpose: 'assistance' })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'purpose-not-permitted'])
  })
})
