import { ownActions } from '@haven/access'
import { type AuditEntry, sentenceActions } from '@haven/contracts'
import { type GuardedStep, guardedSteps } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../src/actions.ts'
import { declaredRoutes } from './documents.ts'
import { audit, type RequestOptions } from './harness.ts'

type World = Awaited<ReturnType<typeof audit>>

const surrogate = '9b2d7f6a-5c1e-4d3b-8a70-1f2e3d4c5b6a'

// A request that succeeds, for each guarded route.
const ways: Record<string, (world: World) => Promise<string>> = {
  '/why': async () => '/why?action=entry.list',
  '/entries': async () => '/entries',
  '/entries/feed': async () => '/entries/feed?untilEnd=true',
  '/entries/:id': async world => {
    const answer = await world.request('/entries?after=-1')
    return `/entries/${answer.json().items[0].entry.id}`
  },
  '/subjects/:surrogate/entries': async () => `/subjects/${surrogate}/entries`,
  '/actors/:id/entries': async () => '/actors/caseworker-1/entries',
  '/producers': async () => '/producers',
  '/completeness': async () => '/completeness',
}

const steps = guardedSteps(await declaredRoutes(), { ...actions, ...ownActions }).filter(
  ({ method }) => method !== 'HEAD',
)

let world: World
beforeAll(async () => {
  world = await audit()
  await world.enter('intake/1', { subjects: [surrogate] })
})
afterAll(() => world.close())

test('a way leads to each guarded route', () => {
  expect(Object.keys(ways).sort()).toEqual([...new Set(steps.map(({ url }) => url))].sort())
})

test('each action has its sentence', () => {
  expect(sentenceActions).toEqual(expect.arrayContaining(Object.keys({ ...actions, ...ownActions })))
})

describe.each(steps)('$name', ({ url, access, refused, absent }: GuardedStep) => {
  const named = { action: access.action, service: 'audit', client: { ip: '127.0.0.1' } }

  async function entered(address: string, options: RequestOptions = {}): Promise<[number, AuditEntry[]]> {
    let status = 0
    const entries = await world.record.during(async () => {
      status = (await world.request(address, options)).statusCode
    })
    return [status, entries]
  }

  test('enters who came without a token', async () => {
    expect(await entered(await ways[url]!(world), { token: '' })).toMatchObject([
      401,
      [{ ...named, outcome: 'denied', reason: 'token-missing', actor: { type: 'unknown' }, subjects: [] }],
    ])
  })

  if (refused)
    test('enters who came in a role that may not', async () => {
      expect(await entered(await ways[url]!(world), { as: refused, sub: 'curious-1' })).toMatchObject([
        403,
        [{ ...named, outcome: 'denied', reason: 'role-not-permitted', actor: { id: 'curious-1' }, subjects: [] }],
      ])
    })

  // An actor whom nobody has heard of has an empty list, not a 404.
  if (absent && url === '/entries/:id')
    test('enters who asked for what is not there', async () => {
      expect(await entered(absent)).toMatchObject([404, [{ ...named, outcome: 'denied', reason: 'not-found' }]])
    })

  test('enters each answer once, a feed when it opens and when it closes: who reads the record is on it', async () => {
    const [status, entries] = await entered(await ways[url]!(world))
    const times = access.streams === 'feed' ? 2 : 1
    const expected = { ...named, outcome: 'success', actor: { id: 'auditor-1' } }
    expect([status, entries]).toMatchObject([200, Array(times).fill(expected)])
    expect(entries).toHaveLength(times)
  })
})
