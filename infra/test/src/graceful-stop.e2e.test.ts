import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareAnswers, comparePlaces, unanswered } from './answered.ts'
import { usualAskings } from './askings.ts'
import { Callers } from './callers.ts'
import { loggedEntries } from './recorded.ts'
import { startSystem } from './start-system.ts'
import { eventually } from './system.ts'

describe('services that are told to stop in the middle of their work', () => {
  const system = startSystem()
  let callers: Callers
  let began = ''
  const posted = new Set<string>()
  beforeAll(async () => {
    await system.ready()
    const { body } = await system.call('gateway', 'partner', 'GET', '/event-types')
    const { sample } = body.items[0]
    const post = {
      service: 'gateway',
      client: 'partner',
      method: 'POST',
      path: () => '/events',
      options: () => {
        const id = randomUUID()
        const event = { ...sample, id, data: { ...sample.data, reference: id } }
        return { headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(event) }
      },
      action: 'event.post',
      isWrite: true,
      onAnswer: ({ status, body }: { status: number; body: { id: string } }) => {
        if (status === 202) posted.add(body.id)
      },
    } as const
    began = new Date().toISOString()
    callers = new Callers(system, [post, post, post, ...usualAskings()], 20)
  })
  afterAll(async () => {
    await callers?.stop()
    await system.close()
  })

  test.each(['gateway', 'intake', 'audit'] as const)('%s ends in order within 10 s', async service => {
    const before = { answers: callers.answers.length, posted: posted.size }
    await eventually(
      'there is work, also where the one before was',
      async () => callers.answers.length > before.answers + 100 && posted.size > before.posted + 20,
      60_000,
    )
    const asked = performance.now()
    await system.end(service, 'SIGTERM')
    expect(performance.now() - asked).toBeLessThan(10_500)
    const log = await system.log(service)
    expect(log).toContain('"msg":"stopped"')
    for (const fault of ['did not stop in time', 'could not be closed in good order']) expect(log).not.toContain(fault)
    await system.begin(service)
  })

  test('whatever was begun was answered, each answer has its entry, and each accepted event its effect', async () => {
    await callers.stop()
    const stoppedAt = new Date().toISOString()
    expect(callers.hung).toEqual([])
    const entries = await loggedEntries(system)
    const ofRequests = entries.map(({ entry }) => entry)
    expect(compareAnswers(callers.answers, ofRequests)).toEqual([])
    expect(comparePlaces(entries)).toEqual([])
    // An entry whose answer nobody got would be a request that was cut while it ran.
    const cut = unanswered(callers.answers, ofRequests).filter(
      ({ occurredAt }) => occurredAt > began && occurredAt < stoppedAt,
    )
    expect(cut.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([])
    expect(posted.size).toBeGreaterThan(50)
    await eventually(
      'every accepted event is applied',
      async () => {
        const receipts = await system.all('gateway', 'partner', '/receipts')
        const applied = new Set(receipts.filter(({ state }) => state === 'applied').map(({ id }) => id))
        return [...posted].every(id => applied.has(id))
      },
      60_000,
    )
  })
})
