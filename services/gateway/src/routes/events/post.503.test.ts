import { createPool } from '@haven/db'
import { testLog } from '@haven/testkit'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, gateway, submitted, withdrawn } from '../../../test/harness.ts'
import type { Deps } from '../../deps.ts'
import { createStore } from '../../store/client.ts'

let gw: Gateway
/** A gateway whose database went away after it had learnt who the partner is. */
let cut: Gateway
const answerLost: { next: boolean } = { next: false }
const away = createPool({ url: 'postgresql://nobody@127.0.0.1:9/none', applicationName: 'away', log: testLog() })

beforeAll(async () => {
  gw = await gateway()
  cut = await gateway({ pool: away, store: createStore(away) })
})
afterAll(async () => {
  await Promise.all([gw.close(), cut.close(), away.end()])
})

test('while too much waits for Kafka nothing is taken, and receipts can be read on', async () => {
  const { id } = (await gw.post(submitted())).json()
  gw.relay.full = true
  const answers = [await gw.post(submitted()), await gw.post([submitted()])]
  for (const answer of answers) {
    expect(answer.statusCode).toBe(503)
    expect(answer.json().code).toBe('backlog-full')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  }
  expect((await gw.get(`/receipts/${id}`)).statusCode).toBe(200)
  expect((await gw.get('/receipts')).json().items).toHaveLength(1)
  expect((await gw.post(submitted(), { url: '/events/validate' })).statusCode).toBe(200)
  gw.relay.full = false
  expect((await gw.post(submitted())).statusCode).toBe(202)
})

test.each(['/events', '/receipts'])('without its database %s answers 503 within two seconds', async url => {
  const started = performance.now()
  const answer = url === '/events' ? await cut.post(submitted()) : await cut.get(url)
  expect(answer.statusCode).toBe(503)
  expect(answer.json().code).toBe('unavailable')
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('when the answer to the commit is lost, the same post again gets the receipt that was written', async () => {
  const losing = await gateway()
  const app = await losing.rebuilt({ pool: losesAnswers(losing.pool) })
  const event = withdrawn()
  answerLost.next = true
  const first = await losing.post(event, { app })
  expect(first.statusCode).toBe(503)
  expect(first.json().detail).toContain('Send the same again')
  expect((await losing.counts()).receipts).toBe(1)
  const second = await losing.post(event, { app })
  expect(second.statusCode).toBe(202)
  expect((await losing.counts()).facts).toBe(1)
  expect((await losing.facts())[0]!.subject).toBe(second.json().id)
  await app.close()
  await losing.close()
})

// The statement commits, and the connection breaks before its result arrives.
function losesAnswers(pool: Pool): Deps['pool'] {
  const query = async (...parameters: Parameters<Pool['query']>) => {
    const result = await pool.query(...parameters)
    if (!answerLost.next) return result
    answerLost.next = false
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
  }
  return new Proxy(pool, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) })
}
