import { ownActions } from '@haven/access'
import { type AuditEntry, sentenceActions } from '@haven/contracts'
import { type GuardedStep, guardedSteps } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../src/actions.ts'
import { declaredRoutes } from './documents.ts'
import { intake, type RequestOptions } from './harness.ts'

type World = Awaited<ReturnType<typeof intake>>

interface Way extends RequestOptions {
  /** Makes what the request is about, and gives back its address. */
  url(world: World): Promise<string>
}

const decision = (name: string, body: object): Way => ({
  url: async world => `/referrals/${(await world.refer()).id}/${name}`,
  ifMatch: '"2"',
  body,
})

// A request that succeeds, for each guarded route.
const ways: Record<string, Way> = {
  '/why': { url: async () => '/why?action=case.read', purpose: '' },
  '/referrals': { url: async world => world.refer().then(() => '/referrals') },
  '/referrals/summary': { url: async () => '/referrals/summary?by=state' },
  '/referrals/:id': { url: async world => `/referrals/${(await world.refer()).id}` },
  '/referrals/:id/accept': decision('accept', {}),
  '/referrals/:id/reject': decision('reject', { reason: 'other' }),
  '/referrals/:id/redirect': decision('redirect', { to: 'Third Programme' }),
  '/cases': { url: async world => world.open('caseworker-1').then(() => '/cases') },
  '/cases/:id': { url: async world => `/cases/${(await world.open('caseworker-1')).case}` },
  '/subjects/lookup': {
    url: async world => world.refer({ data: { person: { email: 'walk@example.org' } } }).then(() => '/subjects/lookup'),
    as: 'dataProtectionOfficer',
    purpose: 'dataSubjectRequest',
    body: { email: 'walk@example.org' },
  },
}

const steps = guardedSteps(await declaredRoutes(), { ...actions, ...ownActions })

let world: World
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('a way leads to each guarded route', () => {
  expect(Object.keys(ways).sort()).toEqual([...new Set(steps.map(({ url }) => url))].sort())
})

test('each action has its sentence', () => {
  expect(sentenceActions).toEqual(expect.arrayContaining(Object.keys({ ...actions, ...ownActions })))
})

describe.each(steps)('$name', ({ method, url, access, refused, absent }: GuardedStep) => {
  const way = ways[url]!
  const named = { action: access.action, service: 'intake', client: { ip: '127.0.0.1' }, subjects: [] as string[] }

  async function entered(address: string, options: RequestOptions): Promise<[number, AuditEntry[]]> {
    const { url: _, ...usual } = way
    let status = 0
    const entries = await world.record.during(async () => {
      status = (await world.request(method as 'GET', address, { ...usual, ...options })).statusCode
    })
    return [status, entries]
  }

  test('enters who came without a token', async () => {
    const [status, entries] = await entered(await way.url(world), { token: '' })
    expect([status, entries]).toMatchObject([
      401,
      [{ ...named, outcome: 'denied', reason: 'token-missing', actor: { type: 'unknown' } }],
    ])
  })

  if (refused)
    test('enters who came in a role that may not', async () => {
      const [status, entries] = await entered(await way.url(world), { as: refused!, sub: 'curious-1' })
      expect([status, entries]).toMatchObject([
        403,
        [{ ...named, outcome: 'denied', reason: 'role-not-permitted', actor: { id: 'curious-1', roles: [refused] } }],
      ])
    })

  if (absent)
    test('enters who asked for what is not there for them', async () => {
      const [status, entries] = await entered(absent!, {})
      expect([status, entries]).toMatchObject([404, [{ ...named, outcome: 'denied', reason: 'not-found' }]])
      expect(absent).toContain(entries[0]?.resource.id)
    })

  test('enters each answer once, with everyone whom it shows', async () => {
    const address = await way.url(world)
    const [status, entries] = await entered(address, {})
    expect([status, entries]).toMatchObject([200, [{ action: access.action, outcome: 'success', service: 'intake' }]])
    expect(entries).toHaveLength(1)
    expect((entries[0]?.subjects.length ?? 0) > 0).toBe(typeof access.subjects === 'function')
  })
})
