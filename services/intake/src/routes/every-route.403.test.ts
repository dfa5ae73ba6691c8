import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { intake } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

describe.each(everyRoute)('$method $url', ({ method, url, isDecision, ...options }) => {
  test('is for case workers and the competent authority, not for partners, auditors or the rest', async () => {
    for (const as of ['partner', 'auditor', 'shelterManager'] as const) {
      const answer = await world.request(method, url, { ...options, as })
      expect([as, answer.statusCode, answer.json().code]).toEqual([as, 403, 'role-not-permitted'])
    }
  })

  test('takes no purpose that it is not for', async () => {
    const answer = await world.request(method, url, { ...options, purpose: 'reporting' })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'purpose-not-permitted'])
  })

  test('lets the competent authority read to identify, and decide nothing', async () => {
    const answer = await world.request(method, url, { ...options, as: 'competentAuthority' })
    if (isDecision) expect([answer.statusCode, answer.json().code]).toEqual([403, 'role-not-permitted'])
    else expect(answer.statusCode).not.toBe(403)
  })
})
