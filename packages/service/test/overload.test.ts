import type { Principal } from '@haven/auth'
import { Problem } from '@haven/problem'
import { afterEach, expect, test, vi } from 'vitest'
import { asWorker, noteService } from './app.ts'

// Turns of 60 ms against a limit of 20: what a process does that has more to do than it can.
const loadLimit = { loopDelayMs: 20 }
let blocking: NodeJS.Timeout | undefined
afterEach(() => clearInterval(blocking))

function block(): void {
  blocking = setInterval(() => {
    const until = performance.now() + 60
    while (performance.now() < until);
  }, 1)
}

function unblock(): void {
  clearInterval(blocking)
}

test('a process that cannot keep up turns away before the token is read, leaves no entry, and answers again once it can', async () => {
  let verified = 0
  const verifier = {
    async verify(): Promise<Principal> {
      verified++
      throw new Problem('token-invalid')
    },
  }
  const { app, entries } = await noteService({ loadLimit, verifier })
  const ask = (url: string) => app.inject({ url, headers: asWorker })
  block()
  await vi.waitUntil(() => app.isUnderPressure(), 5_000)
  const refused = await ask('/notes/1')
  expect(refused.json()).toMatchObject({ status: 503, code: 'overloaded' })
  expect(refused.headers['content-type']).toContain('application/problem+json')
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await ask('/nowhere')).statusCode).toBe(503)
  expect([verified, entries]).toEqual([0, []])
  for (const probe of ['/livez', '/readyz', '/metrics'])
    expect([probe, (await ask(probe)).statusCode]).toEqual([probe, 200])
  unblock()
  await vi.waitUntil(() => !app.isUnderPressure(), 5_000)
  expect((await ask('/notes/1')).json().code).toBe('token-invalid')
  expect([verified, entries.length]).toEqual([1, 1])
})

test('one long turn is no overload', async () => {
  const { app } = await noteService({ loadLimit: { loopDelayMs: 500 } })
  const until = performance.now() + 400
  while (performance.now() < until);
  await new Promise(resolve => setTimeout(resolve, 1_100))
  expect(app.isUnderPressure()).toBe(false)
})
