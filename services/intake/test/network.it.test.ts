import { createRecorder } from '@haven/access'
import { createPool } from '@haven/db'
import { type Network, networkTo } from '@haven/testkit'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStore } from '../src/store/client.ts'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
let network: Network
let pools: Pool[]
beforeAll(async () => {
  world = await intake(async ({ databases, deps: { log } }) => {
    network = await networkTo(databases.app)
    const { url } = network
    const pool = createPool({ url, applicationName: 'intake through a network', log })
    const recordPool = createPool({ url, applicationName: 'intake record through a network', max: 1, log })
    pools = [pool, recordPool]
    const recorder = createRecorder({ pool: recordPool, log, backlog: () => ({ full: false }) })
    return { pool, store: createStore(pool), recorder }
  })
})
afterAll(async () => {
  await Promise.all(pools.map(pool => pool.end()))
  network.close()
  await world.close()
})

test('while the network to PostgreSQL swallows every packet looks are refused within 2 s, with nothing in the answer, and then go on', async () => {
  const { id } = await world.refer()
  const looks = ['/referrals', `/referrals/${id}`, '/cases', '/referrals/summary?by=state']
  const until200 = (url: string) =>
    expect.poll(async () => (await world.request('GET', url)).statusCode, { timeout: 20_000 }).toBe(200)
  for (const url of looks) await until200(url)
  network.mode = 'swallow'
  // The first of each finds a connection that was good; those after it find none.
  for (const url of [...looks, ...looks]) {
    const asked = performance.now()
    const answer = await world.request('GET', url)
    expect([url, answer.statusCode]).toEqual([url, 503])
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.body).not.toMatch(/Lale|Ornek/)
  }
  network.mode = 'pass'
  for (const url of looks) await until200(url)
})
