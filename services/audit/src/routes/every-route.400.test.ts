import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { audit } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

describe.each(everyRoute)('GET $url', ({ url }) => {
  test('asks for a purpose of use, takes none that does not exist, and enters the refusal', async () => {
    for (const [purpose, code] of [
      ['', 'purpose-required'],
      ['curiosity', 'purpose-unknown'],
    ] as const) {
      const entries = await world.record.during(async () => {
        const answer = await world.request(url, { purpose })
        expect([answer.statusCode, answer.json().code]).toEqual([400, code])
      })
      expect(entries).toMatchObject([{ outcome: 'denied', reason: code, service: 'audit' }])
    }
  })
})
