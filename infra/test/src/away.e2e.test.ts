import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServiceName, serviceNames } from '@haven/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compareAnswers, comparePlaces, unanswered } from './answered.ts'
import { usualAskings } from './askings.ts'
import { type Asking, Callers } from './callers.ts'
import { loggedEntries } from './recorded.ts'
import { startSystem } from './start-system.ts'
import { eventually, type StandingStill } from './system.ts'

const story = randomUUID().slice(0, 8)
const people = ['Ayla', 'Bora', 'Ceren', 'Defne', 'Emre', 'Feride'].map(name => `${name} ${story}`)
/** Commits that may wait. People ask slowly enough for twice as many minutes. */
const maxRows = 700
const pauseMs = 2_000
const patienceMs = 120_000
const minuteMs = 60_000

const list: Asking = { service: 'intake', client: 'caseworker', path: () => '/referrals', action: 'referral.list' }

describe('Kafka and PostgreSQL stand still', () => {
  const system = startSystem({ HAVEN_BACKLOG_MAX_ROWS: String(maxRows) })
  let callers: Callers
  let still: StandingStill | undefined
  beforeAll(async () => {
    await system.ready()
    for (const name of people.slice(0, -1)) await submit(name)
    await eventually('all are there', async () => (await referrals()).length === people.length - 1)
    callers = new Callers(system, usualAskings(), pauseMs)
  })
  afterEach(() => still?.goOn())
  afterAll(async () => {
    await callers?.stop()
    await system.close()
  })

  /** Of these people alone. */
  const referrals = async () =>
    (await system.all('intake', 'caseworker', '/referrals')).filter(({ person }) => people.includes(person.firstName))
  const incarnations = () => Promise.all(serviceNames.map(service => system.incarnation(service)))
  const namesNobody = (text: string) => !people.some(name => text.includes(name))

  const becomes = (service: ServiceName, state: string, status: number) =>
    eventually(
      `${service} is ${state}`,
      async () => {
        const answer = await system.call(service, null, 'GET', '/readyz')
        return answer.body.status === state && answer.status === status
      },
      patienceMs,
    )

  /** Up to when an auditor is told that the record has heard every service. */
  async function heardUntil(): Promise<Date> {
    const { stdout } = await system.haven('audit', 'entries', '--limit', '1')
    const [, instant] = /Complete up to here: .* none behind; heard until (\S+)\.$/m.exec(stdout) ?? []
    if (instant === undefined) throw new Error(stdout)
    return new Date(instant)
  }

  async function submit(firstName: string) {
    const { body: types } = await system.call('gateway', 'partner', 'GET', '/event-types')
    const { sample } = types.items[0]
    const person = { firstName, email: `${firstName.replace(' ', '.').toLowerCase()}@example.org` }
    // The same again is recognised, should an answer be lost.
    const event = {
      ...sample,
      id: `${firstName}/1`,
      data: { ...sample.data, reference: firstName, person },
    }
    const headers = { 'content-type': 'application/cloudevents+json' }
    const body = JSON.stringify(event)
    return callers
      ? callers.ask({
          service: 'gateway',
          client: 'partner',
          method: 'POST',
          path: () => '/events',
          options: () => ({ headers, body }),
          action: 'event.post',
          isWrite: true,
        })
      : system.call('gateway', 'partner', 'POST', '/events', { headers, body })
  }

  test('for a minute without Kafka people read, decide and submit; services say that they are degraded, the record that it is behind', async () => {
    const before = { incarnations: await incarnations(), answers: callers.answers.length }
    still = await system.standStill('kafka')
    const frozenAt = Date.now()
    await eventually('an event is taken', async () => (await submit(people.at(-1)!))?.status === 202)
    for (const service of serviceNames) await becomes(service, 'degraded', 200)
    await sleep(Math.max(0, minuteMs - (Date.now() - frozenAt)))
    // What was on its way may have come a moment later.
    expect((await heardUntil()).getTime()).toBeLessThan(frozenAt + minuteMs / 2)
    await eventually('a list is answered', async () => (await callers.ask(list))?.status === 200)
    for (const service of serviceNames) await becomes(service, 'degraded', 200)
    await still.goOn()
    const during = callers.answers.slice(before.answers)
    // A busy machine refuses one now and then, as at any other time.
    const refused = during.filter(({ status }) => status >= 500)
    expect(refused.length).toBeLessThan(during.length / 10)
    expect(await incarnations()).toEqual(before.incarnations)
    const shown = new Set(during.filter(({ status }) => status === 200).map(({ action }) => action))
    const usual = ['referral.list', 'referral.read', 'referral.accept', 'case.list', 'receipt.list', 'entry.list']
    expect([...shown]).toEqual(expect.arrayContaining(usual))
  })

  test('afterwards everything arrives by itself', async () => {
    await eventually(
      'who was referred meanwhile is there',
      async () => (await referrals()).length === people.length,
      patienceMs,
    )
    const thawed = new Date()
    await eventually('the record has heard every service', async () => (await heardUntil()) > thawed, patienceMs)
    for (const service of serviceNames) await becomes(service, 'ready', 200)
  })

  test('beyond the configured backlog nothing is answered and nothing done, and it goes on by itself once Kafka is back', async () => {
    const knock: Asking = { ...list, client: null }
    const [{ id, version }] = await referrals()
    still = await system.standStill('kafka')
    const answer = await eventually(
      'too much waits',
      async () => {
        // One after the other, since those that meet share a commit.
        for (let i = 0; i < 100; i++) await callers.ask(knock)
        const asked = performance.now()
        const refused = await callers.ask(list)
        return refused?.body.code === 'audit-unavailable' && { ...refused, afterMs: performance.now() - asked }
      },
      patienceMs,
    )
    expect(answer.status).toBe(503)
    expect(answer.afterMs).toBeLessThan(2_000)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(namesNobody(answer.text)).toBe(true)
    const reject: Asking = {
      ...list,
      method: 'POST',
      path: () => `/referrals/${id}/reject`,
      options: () => ({ headers: { 'if-match': `"${version}"` }, json: { reason: 'other' } }),
      action: 'referral.reject',
      isWrite: true,
    }
    expect(await callers.ask(reject)).toMatchObject({ status: 503 })
    await becomes('intake', 'not-ready', 503)
    // It does not come back as it was: the broker that stood still dies, and another starts in its place.
    still = undefined
    await system.end('kafka', 'SIGKILL')
    await system.begin('kafka')
    await eventually('people are answered again', async () => (await callers.ask(list))?.status === 200, patienceMs)
    expect((await referrals()).find(referral => referral.id === id)).toMatchObject({ version })
  })

  test('while PostgreSQL stands still every look is refused within 2 s and shows nothing; nobody is left hanging', async () => {
    const [{ id }] = await referrals()
    const auditing = () => ({ headers: { 'purpose-of-use': 'audit' } })
    const looks: Asking[] = [
      list,
      { ...list, path: () => `/referrals/${id}`, action: 'referral.read' },
      { ...list, path: () => '/cases', action: 'case.list' },
      { ...list, client: 'stranger' },
      { service: 'gateway', client: 'partner', path: () => '/receipts', action: 'receipt.list' },
      { service: 'audit', client: 'auditor', path: () => '/entries', options: auditing, action: 'entry.list' },
    ]
    still = await system.standStill('postgres')
    for (const look of [...looks, ...looks]) {
      const asked = performance.now()
      const answer = await callers.ask(look)
      const afterMs = performance.now() - asked
      expect([look.action, answer?.status]).toEqual([look.action, 503])
      expect(afterMs).toBeLessThan(2_000)
      expect(namesNobody(answer!.text)).toBe(true)
    }
    await still.goOn()
    for (const look of looks)
      await eventually(
        `${look.action} is answered again`,
        async () => (await callers.ask(look))?.status === 200,
        patienceMs,
      )
  })

  test('each answer of all that time has exactly its entries, and the log has every number once', async () => {
    await callers.stop()
    expect(callers.hung).toEqual([])
    const log = await loggedEntries(system)
    const entries = log.map(({ entry }) => entry)
    expect(compareAnswers(callers.answers, entries)).toEqual([])
    expect(comparePlaces(log)).toEqual([])
    const left = unanswered(callers.answers, entries)
    console.log(
      `${callers.answers.length} answers compared, ${callers.unanswered} requests without one, ${left.length} entries without one`,
    )
  })
})
