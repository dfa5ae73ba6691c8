import { createPool } from '@haven/db'
import { testLog } from '@haven/testkit'
import { createSubjectVault } from '@haven/vault'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { intake } from '../../test/harness.ts'
import { createStore } from '../store/client.ts'

// Port 1 of loopback: refused at once.
const away = createPool({ url: 'postgresql://nobody@127.0.0.1:1/none', applicationName: 'away', log: testLog() })

describe('while the database is away', () => {
  let world: Awaited<ReturnType<typeof intake>>
  beforeAll(async () => {
    world = await intake({ pool: away, store: createStore(away) })
  })
  afterAll(() => world.close())

  test.each(everyRoute.filter(({ isDecision }) => !isDecision))(
    '$method $url says so and when to come back',
    async ({ method, url }) => {
      const answer = await world.request(method, url)
      expect([answer.statusCode, answer.json().code]).toEqual([503, 'unavailable'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    },
  )
})

describe('while the keys are away', () => {
  let world: Awaited<ReturnType<typeof intake>>
  let paths: string[]
  beforeAll(async () => {
    world = await intake()
    const { id } = await world.refer()
    const opened = await world.open('caseworker-1')
    const { kek } = world
    world.deps.vault.openMany = createSubjectVault({ pool: away, kek }).openMany
    world.deps.vault.seal = createSubjectVault({ pool: away, kek }).seal
    paths = ['/referrals', `/referrals/${id}`, '/cases', `/cases/${opened.case}`]
  })
  afterAll(() => world.close())

  test('nothing about a person leaves: lists and details are 503', async () => {
    for (const path of paths) {
      const answer = await world.request('GET', path)
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 503, 'unavailable'])
      expect(answer.body).not.toContain('Lale')
    }
  })

  test('a decision with a note is not half-made, and one without needs no key', async () => {
    const url = `${paths[1]}/reject`
    const noted = await world.request('POST', url, { ifMatch: '"2"', body: { reason: 'other', note: 'x' } })
    expect([noted.statusCode, noted.json().code]).toEqual([503, 'unavailable'])
    const bare = await world.request('POST', url, { ifMatch: '"2"', body: { reason: 'other' } })
    expect([bare.statusCode, bare.json().version]).toEqual([200, 3])
  })
})
