import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { topics } from '@haven/contracts'
import { emitStatement } from '@haven/stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answered, compareAnswers, comparePlaces, unanswered } from './answered.ts'
import { usualAskings } from './askings.ts'
import { BreakingProxy } from './breaking-proxy.ts'
import { answeredTo, Callers } from './callers.ts'
import { chainedEntries, loggedEntries, onDatabase } from './recorded.ts'
import { startSystem } from './start-system.ts'
import { type Answer, eventually, type Part, parts } from './system.ts'

const file = resolve(import.meta.dirname, '../../../packages/cli/data/nrm_referrals_ngo_2023_q4.csv')

describe('an import meets faults on its way', () => {
  const system = startSystem()
  const proxy = new BreakingProxy(() => new URL(system.run.services.gateway.url))
  let callers: Callers
  const imported: Answered[] = []
  let poisonous = ''
  beforeAll(() => system.ready())
  afterAll(async () => {
    await callers?.stop()
    proxy.close()
    await system.close()
  })

  const incarnations = () => Promise.all(parts.map(part => system.incarnation(part)))
  const killed: Part[] = []
  const begun: Promise<void>[] = []
  const kill = (part: Part) => {
    killed.push(part)
    begun.push(system.end(part, 'SIGKILL').then(() => system.begin(part)))
  }

  test('a cut connection, a poison event and kill -9 of gateway, intake, audit, Kafka and PostgreSQL: 221 in the end, every receipt ended', async () => {
    const before = { incarnations: await incarnations(), referrals: await referrals(), receipts: await receipts() }
    const gateway = await proxy.listen()
    callers = new Callers(system, usualAskings(), 250)
    proxy.onAnswer = (path, { status, headers, body }) => {
      const asked = path === '/events' ? { action: 'event.post', isWrite: true } : { action: 'receipt.lookup' }
      imported.push(answeredTo(asked, { status, request: headers['x-request-id'], body: JSON.parse(body) }))
    }
    proxy.onBatch = count => {
      if (count === 3) proxy.cutNextAfter(5_000)
      if (count === 6) kill('gateway')
      if (count === 10) kill('intake')
      if (count === 13) kill('kafka')
      if (count === 15) kill('audit')
      if (count === 17) kill('postgres')
    }
    const [{ code, stdout, stderr }, poison] = await Promise.all([
      system.havenWith(
        through(gateway),
        'import',
        'nrm',
        file,
        '--quarter',
        '2024-Q2',
        '--batch',
        '10',
        '--patience',
        '240',
        '--json',
      ),
      plantPoison(),
    ])
    poisonous = poison
    expect(stderr).toBe('')
    expect(proxy.broken).toBe(1)
    expect(killed).toEqual(['gateway', 'intake', 'kafka', 'audit', 'postgres'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ total: 221 })

    await Promise.all(begun)
    const after = await incarnations()
    expect(parts.filter((_, at) => after[at] === before.incarnations[at])).toEqual([])
    const arrived = without(before.referrals, await referrals())
    expect(arrived).toHaveLength(221)
    expect(new Set(arrived.map(({ person }) => person.id)).size).toBe(221)
    await eventually('the poison event is held', async () => (await receipt(poison)).state === 'held')
    const ended = without(before.receipts, await receipts())
    expect(ended.filter(({ state }) => state === 'applied')).toHaveLength(221)
    expect(ended.filter(({ state }) => state !== 'applied').map(({ id }) => id)).toEqual([poison])
  })

  test('the poison event waits with its cause; dropped by an operator, its receipt ends too', async () => {
    const { stdout } = await system.haven('parked', 'list', '--json')
    const parked = JSON.parse(stdout)
    expect(parked).toHaveLength(1)
    expect((await system.haven('parked', 'drop', parked[0].event)).code).toBe(0)
    await eventually('every receipt has ended', async () =>
      (await receipts()).every(({ state }) => state === 'applied' || state === 'rejected'),
    )
    expect(await receipt(poisonous)).toMatchObject({ state: 'rejected', reason: 'dropped' })
  })

  test('a record that belongs to no stream changes nothing and stops nothing', async () => {
    const before = await referrals()
    const records = [
      { key: 'x', headers: {}, value: Buffer.from([0, 1, 2, 255]) },
      { key: 'x', headers: { 'haven-stream': 'gateway/1/haven.partner.inbound/0', 'haven-seq': 'x' }, value: null },
      { key: 'x', headers: { ce_type: 'haven.partner.inbound.accepted.v1' }, value: Buffer.from('{}') },
    ]
    await system.send(topics.find(({ name }) => name === 'haven.partner.inbound')!, records)
    const { body: types } = await system.call('gateway', 'partner', 'GET', '/event-types')
    const { sample } = types.items[0]
    const event = { ...sample, id: randomUUID(), data: { ...sample.data, reference: 'after what is strange' } }
    const posted = await system.call('gateway', 'partner', 'POST', '/events', {
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    })
    expect(posted.status).toBe(202)
    await eventually('the next event is applied', async () => (await receipt(posted.body.id)).state === 'applied')
    expect(without(before, await referrals())).toHaveLength(1)
  })

  test('what was applied meanwhile is on the record once, whatever was killed, and no chain has a hole', async () => {
    for (const service of ['gateway', 'intake', 'audit'] as const) {
      const entries = await chainedEntries(system, service)
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    }
    const applied = (await chainedEntries(system, 'intake')).filter(
      ({ action, outcome }) => action === 'inbound.apply' && outcome === 'success',
    )
    const facts = await onDatabase(system, 'gateway', client =>
      client.query<{ fact: string }>("select fact from gateway.receipt where answer = 'applied'"),
    )
    expect(applied.map(({ cause }) => cause).sort()).toEqual(facts.rows.map(({ fact }) => fact).sort())
    const people = new Set((await referrals()).map(({ person }) => person.id))
    expect(new Set(applied.flatMap(({ subjects }) => subjects)).size).toBe(people.size)
  })

  test('each answer that anybody got meanwhile has exactly its entries, and the log has every number once', async () => {
    await callers.stop()
    expect(callers.hung).toEqual([])
    const answers = [...callers.answers, ...imported]
    const shown = new Set(answers.filter(({ status }) => status < 300).map(({ action }) => action))
    const allowed = [
      'referral.list',
      'referral.read',
      'referral.accept',
      'case.list',
      'case.read',
      'entry.list',
      'event.post',
    ]
    expect([...shown]).toEqual(expect.arrayContaining(allowed))
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([400, 401, 403, 404]))
    const log = await loggedEntries(system)
    const entries = log.map(({ entry }) => entry)
    expect(compareAnswers(answers, entries)).toEqual([])
    expect(comparePlaces(log)).toEqual([])
    const left = unanswered(answers, entries)
    console.log(
      `${answers.length} answers compared, ${callers.unanswered} requests without one, ${left.length} entries without one`,
    )
  })

  const through = (gateway: string) => ({
    HAVEN_GATEWAY_URL: gateway,
    HAVEN_TOKEN_ENDPOINT: system.run.tokenEndpoint,
    HAVEN_CLIENT_ID: system.run.clients.partner!.id,
    HAVEN_CLIENT_SECRET: system.run.clients.partner!.secret,
  })

  const referrals = () => system.all('intake', 'caseworker', '/referrals')
  const receipts = () => system.all('gateway', 'partner', '/receipts')
  async function receipt(id: string) {
    return (await system.call('gateway', 'partner', 'GET', `/receipts/${id}`)).body
  }

  /** An accepted event whose content nobody can open, as a lost transport key would leave it. */
  async function plantPoison(): Promise<string> {
    const client = new pg.Client(system.connectionTo('gateway'))
    await client.connect()
    const [id, fact] = [randomUUID(), randomUUID()]
    const type = 'haven.partner.referral.submitted.v1'
    const partner = await client.query("select id, organisation from gateway.partner where client_id = 'partner'")
    const { id: partnerId, organisation } = partner.rows[0]
    await client.query('begin')
    await client.query(
      `insert into gateway.receipt (id, position, partner, organisation, identity, content, type, fact, accepted_at)
       values ($1, nextval('gateway.receipt_position'), $2, $3, sha256('1'), sha256('2'), $4, $5, now())`,
      [id, partnerId, organisation, type, fact],
    )
    const data = { receipt: id, partner: partnerId, type, sealed: 'eyJhbGciOiJub25lIn0.a.b.c.d' }
    await client.query(
      emitStatement([
        {
          id: fact,
          topic: 'haven.partner.inbound',
          key: randomUUID(),
          type: 'haven.partner.inbound.accepted.v1',
          subject: id,
          organisation,
          data,
          time: new Date(),
        },
      ]),
    )
    await client.query('commit')
    await client.end()
    return id
  }
})

/** Those that were not there before. */
function without(before: Answer['body'][], all: Answer['body'][]): Answer['body'][] {
  const known = new Set(before.map(({ id }) => id))
  return all.filter(({ id }) => !known.has(id))
}
