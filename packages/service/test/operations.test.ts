import { expect, test, vi } from 'vitest'
import { asWorker, emptyService, noteService } from './app.ts'

test('a process that answers is alive whatever it lacks', async () => {
  const { app } = await emptyService({ readiness: { database: () => Promise.reject(new Error('gone')) } })
  expect((await app.inject('/livez')).json()).toEqual({ status: 'alive' })
})

test('which release runs is told', async () => {
  const version = async (changes: { commit?: string }) =>
    (await (await emptyService(changes)).app.inject('/version')).json()
  const known = { service: 'notes', version: '1.2.3', node: process.versions.node }
  expect(await version({})).toEqual(known)
  expect(await version({ commit: '63127d6' })).toEqual({ ...known, commit: '63127d6' })
})

test('a service is ready when all its checks pass', async () => {
  const { app } = await emptyService({ readiness: { database: async () => {}, kafka: async () => {} } })
  const answer = await app.inject('/readyz')
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { status: 'ready', checks: { database: 'ok', kafka: 'ok' } },
  ])
})

test('what fails is named, why stands in the log only, once', async () => {
  const readiness = { database: async () => {}, kafka: () => Promise.reject(new Error('broker 10.0.0.7 refused')) }
  const { app, lines } = await emptyService({ readiness })
  await app.inject('/readyz')
  const answer = await app.inject('/readyz')
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { status: 'not-ready', checks: { database: 'ok', kafka: 'failing' } },
  ])
  expect(lines.filter(line => line.check === 'kafka')).toMatchObject([
    { level: 'warn', err: { message: 'broker 10.0.0.7 refused' } },
  ])
})

test('what a service can do without for a while has to be there once; from then on it is shown and serving goes on', async () => {
  let isAway = true
  const kafka = async () => {
    if (isAway) throw new Error('away')
  }
  const { app } = await emptyService({ readiness: { database: async () => {}, kafka: { degrades: kafka } } })
  const ask = async () => {
    const answer = await app.inject('/readyz')
    return [answer.statusCode, answer.json().status, answer.json().checks.kafka]
  }
  expect(await ask()).toEqual([503, 'not-ready', 'failing'])
  isAway = false
  expect(await ask()).toEqual([200, 'ready', 'ok'])
  isAway = true
  expect(await ask()).toEqual([200, 'degraded', 'degraded'])
  isAway = false
  expect(await ask()).toEqual([200, 'ready', 'ok'])
})

test('checks that hang fail after a second, side by side', async () => {
  const hang = () => new Promise<void>(() => {})
  const { app } = await emptyService({
    readiness: {
      one: hang,
      two: hang,
      three: () => {
        throw new Error('at once')
      },
    },
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const answer = app.inject('/readyz')
    await vi.waitUntil(() => vi.getTimerCount() === 2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await answer).json().checks).toEqual({ one: 'failing', two: 'failing', three: 'failing' })
  } finally {
    vi.useRealTimers()
  }
})

test('decisions are counted by action and reason', async () => {
  const { app } = await noteService()
  await app.inject({ url: '/notes/1', headers: asWorker })
  await app.inject('/notes/1')
  const { body } = await app.inject('/metrics')
  expect(body).toContain('haven_access_decisions_total{action="note.read",outcome="success",reason="granted"} 1')
  expect(body).toContain('haven_access_decisions_total{action="note.read",outcome="denied",reason="token-missing"} 1')
})
