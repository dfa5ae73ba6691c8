import { randomUUID } from 'node:crypto'
import type { AuditEntry } from '@haven/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareAnswers, comparePlaces } from './answered.ts'
import { Callers } from './callers.ts'
import { chainedEntries, loggedEntries, onDatabase } from './recorded.ts'
import { startSystem } from './start-system.ts'
import { type Answer, eventually } from './system.ts'

const path = '/referrals?order=desc&limit=3'
const story = randomUUID().slice(0, 8)
const people = ['Ayla', 'Bora', 'Ceren'].map(name => `${name} ${story}`)
const emailOf = (name: string) => `${name.replace(' ', '.')}@example.org`.toLowerCase()

describe('every look is on the record', () => {
  const system = startSystem()
  let began = ''
  beforeAll(async () => {
    await system.ready()
    const { body: types } = await system.call('gateway', 'partner', 'GET', '/event-types')
    const { sample } = types.items[0]
    for (const firstName of people) {
      const person = { firstName, email: emailOf(firstName) }
      const event = { ...sample, id: randomUUID(), data: { ...sample.data, reference: firstName, person } }
      const headers = { 'content-type': 'application/cloudevents+json' }
      await system.call('gateway', 'partner', 'POST', '/events', { headers, body: JSON.stringify(event) })
    }
    await eventually('all are there', async () => {
      const newest = (await referrals()).map(({ person }) => person.firstName)
      return people.every(name => newest.includes(name))
    })
    began = new Date().toISOString()
  })
  afterAll(() => system.close())

  /** The newest: those of this story. */
  const referrals = async (): Promise<Answer['body'][]> =>
    (await system.call('intake', 'caseworker', 'GET', path)).body.items
  /** What an auditor finds since the beginning of the story. */
  async function found(...filters: string[]): Promise<AuditEntry[]> {
    const query = [...filters, `from:${began}`].map(filter => `filter=${encodeURIComponent(filter)}`).join('&')
    const headers = { 'purpose-of-use': 'audit' }
    const { status, body, text } = await system.call('audit', 'auditor', 'GET', `/entries?${query}`, { headers })
    if (status !== 200) throw new Error(`${status} ${text}`)
    return body.items.map((item: { entry: AuditEntry }) => item.entry)
  }

  let surrogates: string[] = []
  test('a list that a case worker reads is found with everyone whom it showed', async () => {
    await referrals()
    const [entry] = await eventually('the auditor finds it', async () => {
      const entries = await found('actor:demo-caseworker', 'action:referral.list')
      return entries.length > 0 && entries
    })
    surrogates = entry!.subjects
    expect(new Set(surrogates).size).toBe(people.length)
    expect(entry).toMatchObject({ outcome: 'success', purpose: 'assistance', resultCount: people.length })
  })

  test("the stranger's attempt is found as well", async () => {
    const [referral] = await referrals()
    expect((await system.call('intake', 'stranger', 'GET', `/referrals/${referral.id}`)).status).toBe(404)
    const entries = await eventually('the auditor finds it', async () => {
      const denied = await found('actor:demo-stranger', 'outcome:denied')
      return denied.length > 0 && denied
    })
    expect(entries).toMatchObject([{ action: 'referral.read', reason: 'not-found', resource: { id: referral.id } }])
  })

  test('so is the reading of the record itself', async () => {
    const entries = await eventually('the auditor finds it', async () => {
      const own = await found('actor:demo-auditor')
      return own.length > 0 && own
    })
    expect(entries[0]).toMatchObject({ action: 'entry.list', service: 'audit', purpose: 'audit' })
  })

  test('a person leads to the entries that name them', async () => {
    const headers = { 'purpose-of-use': 'dataSubjectRequest' }
    const json = { email: emailOf(people[1]!) }
    const { body } = await system.call('intake', 'dataProtectionOfficer', 'POST', '/subjects/lookup', { headers, json })
    expect(body.items).toHaveLength(1)
    const { surrogate } = body.items[0]
    expect(surrogates).toContain(surrogate)
    const path = `/subjects/${surrogate}/entries`
    const actions = await eventually('the lookup is there too', async () => {
      const answer = await system.call('audit', 'dataProtectionOfficer', 'GET', path, { headers })
      const names: string[] = answer.body.items.map((item: { entry: AuditEntry }) => item.entry.action)
      return names.includes('subject.lookup') && names
    })
    expect(actions).toEqual(expect.arrayContaining(['inbound.apply', 'referral.list', 'subject.lookup']))
  })

  test('while entries cannot be written a list is 503 within 2 s and tells nothing, and a decision has no effect', async () => {
    const [referral] = await referrals()
    const accept = () =>
      system.call('intake', 'caseworker', 'POST', `/referrals/${referral.id}/accept`, {
        headers: { 'if-match': '"2"' },
      })
    await onDatabase(system, 'intake', client => client.query('revoke insert (batch) on record.outbox from intake_app'))
    const asked = performance.now()
    const list = await system.call('intake', 'caseworker', 'GET', path)
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect([list.status, list.body.code]).toEqual([503, 'audit-unavailable'])
    expect(people.some(name => list.text.includes(name))).toBe(false)
    expect((await accept()).status).toBe(503)
    await onDatabase(system, 'intake', client => client.query('grant insert (batch) on record.outbox to intake_app'))
    expect((await system.call('intake', 'caseworker', 'GET', `/referrals/${referral.id}`)).body.state).toBe(
      'acknowledged',
    )
    expect((await accept()).status).toBe(200)
  })

  test('each request that was answered has one entry, no chain has a hole, and the log has every number once', async () => {
    const asked = { service: 'intake', client: 'caseworker', path: () => path, action: 'referral.list' } as const
    const callers = new Callers(system, [], 0)
    await Promise.all(Array.from({ length: 50 }, () => callers.ask(asked)))
    expect(callers.answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
    const log = await loggedEntries(system)
    const logged = log.map(({ entry }) => entry)
    expect(compareAnswers(callers.answers, logged)).toEqual([])
    expect(comparePlaces(log)).toEqual([])
    for (const service of ['gateway', 'intake', 'audit'] as const) {
      const entries = await chainedEntries(system, service)
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
      const requests = entries.flatMap(({ request }) => request ?? [])
      expect(new Set(requests).size).toBe(requests.length)
    }
  })
})
