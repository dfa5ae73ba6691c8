import type { Principal } from '@haven/auth'
import { Problem } from '@haven/problem'
import { expect, test } from 'vitest'
import { asWorker, emptyService, noteService } from './app.ts'

const rateLimit = { max: 3, windowMs: 60_000 }

test('beyond the limit a client is told when to come again, before its token costs anything', async () => {
  let verified = 0
  const verifier = {
    async verify(): Promise<Principal> {
      verified++
      throw new Problem('token-invalid')
    },
  }
  const { app } = await noteService({ rateLimit, verifier })
  for (let at = 0; at < 3; at++) await app.inject({ url: '/notes/1', headers: asWorker })
  const answer = await app.inject({ url: '/notes/1', headers: asWorker })
  expect(answer.json()).toMatchObject({ status: 429, code: 'too-many-requests' })
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60)
  expect(verified).toBe(3)
})

test("one client's limit is not another's", async () => {
  const { app } = await noteService({ rateLimit })
  for (let at = 0; at < 5; at++) await app.inject({ url: '/notes/1', headers: asWorker })
  const other = { ...asWorker, authorization: 'Bearer worker-2' }
  expect((await app.inject({ url: '/notes/1', headers: other })).statusCode).toBe(200)
  expect((await app.inject('/version')).statusCode).toBe(200)
})

test('addresses without a route count too', async () => {
  const { app } = await emptyService({ rateLimit })
  for (let at = 0; at < 3; at++) await app.inject(`/nowhere/${at}`)
  expect((await app.inject('/nowhere')).statusCode).toBe(429)
})

test('probes are never limited: a busy process must not look dead', async () => {
  const { app } = await emptyService({ rateLimit })
  for (let at = 0; at < 5; at++) await app.inject('/livez')
  expect((await app.inject('/livez')).statusCode).toBe(200)
  expect((await app.inject('/readyz')).statusCode).toBe(200)
})

test('after the window the client may go on', async () => {
  const { app } = await noteService({ rateLimit: { max: 1, windowMs: 1_000 } })
  const ask = async () => (await app.inject({ url: '/notes/1', headers: asWorker })).statusCode
  expect([await ask(), await ask()]).toEqual([200, 429])
  await new Promise(resolve => setTimeout(resolve, 1_100))
  expect(await ask()).toBe(200)
})
