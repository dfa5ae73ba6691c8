import { createRecorder } from '@haven/access'
import { createPool } from '@haven/db'
import { testLog } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { audit } from '../../test/harness.ts'
import { chainOf } from '../../test/leaves.ts'

// Port 1 of loopback: refused at once.
const away = createPool({ url: 'postgresql://nobody@127.0.0.1:1/none', applicationName: 'away', log: testLog() })
const subject = '0196f000-0000-7000-8000-000000000001'

describe('while the log is away', () => {
  let world: Awaited<ReturnType<typeof audit>>
  beforeAll(async () => {
    world = await audit({ reader: away })
  })
  afterAll(() => world.close())

  test.each(everyRoute)('GET $url says so and when to come back', async ({ url }) => {
    const answer = await world.request(url)
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'unavailable'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })
})

describe('while reading cannot be recorded', () => {
  let world: Awaited<ReturnType<typeof audit>>
  beforeAll(async () => {
    const recorder = createRecorder({ pool: away, log: testLog(), backlog: () => ({ full: false }) })
    world = await audit({ recorder })
    await world.store(chainOf(2, { subjects: [subject] }))
  })
  afterAll(() => world.close())

  test.each(everyRoute)('GET $url answers 503 and nothing of the record', async ({ url }) => {
    const answer = await world.request(url)
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'audit-unavailable'])
    expect(answer.body).not.toContain(subject)
    expect(answer.body).not.toContain('completeness')
  })
})
