import { ownActions } from '@haven/access'
import { type AuditEntry, sentenceActions } from '@haven/contracts'
import { type GuardedStep, guardedSteps } from '@haven/testkit'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../src/actions.ts'
import { declaredRoutes } from './documents.ts'
import { type Gateway, gateway, structured, submitted } from './harness.ts'

type Way = (gw: Gateway) => Promise<Pick<InjectOptions, 'url' | 'payload' | 'headers'>>

const event = (url: string): Way => {
  return async () => ({ url, headers: { 'content-type': structured }, payload: JSON.stringify(submitted()) })
}

// A request that succeeds, for each guarded route.
const ways: Record<string, Way> = {
  '/why': async () => ({ url: '/why?action=event.post' }),
  '/events': event('/events'),
  '/events/validate': event('/events/validate'),
  '/receipts': async () => ({ url: '/receipts' }),
  '/receipts/:id': async gw => ({ url: `/receipts/${(await gw.post(submitted())).json().id}` }),
  '/receipts/lookup': async () => ({
    url: '/receipts/lookup',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ events: [{ source: 'urn:partner:harbour-house', id: '1' }] }),
  }),
}

const steps = guardedSteps(await declaredRoutes(), { ...actions, ...ownActions })

let gw: Gateway
beforeAll(async () => {
  gw = await gateway()
})
afterAll(() => gw.close())

test('a way leads to each guarded route', () => {
  expect(Object.keys(ways).sort()).toEqual([...new Set(steps.map(({ url }) => url))].sort())
})

test('each action has its sentence', () => {
  expect(sentenceActions).toEqual(expect.arrayContaining(Object.keys({ ...actions, ...ownActions })))
})

describe.each(steps)('$name', ({ method, url, access, refused, absent }: GuardedStep) => {
  const named = { action: access.action, service: 'gateway', client: { ip: '127.0.0.1' }, subjects: [] as string[] }

  async function entered(options: Parameters<Gateway['request']>[0]): Promise<[number, AuditEntry[]]> {
    const usual = await ways[url]!(gw)
    let status = 0
    const entries = await gw.record.during(async () => {
      status = (await gw.request({ method: method as 'GET', ...usual, ...options })).statusCode
    })
    return [status, entries]
  }

  test('enters who came without a token', async () => {
    expect(await entered({ as: null })).toMatchObject([
      401,
      [{ ...named, outcome: 'denied', reason: 'token-missing', actor: { type: 'unknown' } }],
    ])
  })

  if (refused)
    test('enters who came in a role that may not', async () => {
      const token = await gw.issuer.token({ role: refused!, org: 'elsewhere', sub: 'curious-1', audience: 'gateway' })
      expect(await entered({ token })).toMatchObject([
        403,
        [{ ...named, outcome: 'denied', reason: 'role-not-permitted', actor: { id: 'curious-1', roles: [refused] } }],
      ])
    })

  if (absent)
    test('enters who asked for what is not there for them', async () => {
      const [status, entries] = await entered({ url: absent! })
      expect([status, entries]).toMatchObject([404, [{ ...named, outcome: 'denied', reason: 'not-found' }]])
      expect(absent).toContain(entries[0]?.resource.id)
    })

  test('enters each answer once', async () => {
    const [status, entries] = await entered({})
    expect([status < 300, entries]).toMatchObject([true, [{ ...named, outcome: 'success' }]])
    expect(entries).toHaveLength(1)
  })
})

describe('an event', () => {
  test('that comes again, or with another content, has one entry a request as well', async () => {
    const one = submitted()
    await gw.post(one)
    const again = await gw.record.during(() => gw.post(one))
    const other = await gw.record.during(() => gw.post({ ...one, time: '2026-01-01T00:00:00Z' }))
    expect(again).toMatchObject([{ action: 'event.post', outcome: 'success' }])
    expect(other).toMatchObject([{ action: 'event.post', outcome: 'failure', reason: 'event-identity-conflict' }])
    expect([again.length, other.length]).toEqual([1, 1])
  })

  test('that does not fit is entered as a failure', async () => {
    const entries = await gw.record.during(() => gw.post({ ...submitted(), type: 'nothing' }))
    expect(entries).toMatchObject([{ outcome: 'failure', actor: { type: 'client' } }])
  })
})
