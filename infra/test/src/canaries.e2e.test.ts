import { type Finding, plantedPeople, submittedEvent } from '@haven/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCollectorBeside, startSystem } from './start-system.ts'
import { type DatabaseName, databaseNames, eventually } from './system.ts'

const seed = 20_201_124
const { people, findIn } = plantedPeople(50, seed)
const cloudEvent = { 'content-type': 'application/cloudevents+json' }
const batch = { 'content-type': 'application/cloudevents-batch+json' }

const collector = await startCollectorBeside()

describe('fifty planted people are found nowhere in clear', () => {
  const system = startSystem({ HAVEN_LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
  /** Everything that was answered to those who may not read a person: partners, strangers, errors. */
  const answers: string[] = []
  beforeAll(() => system.ready())
  afterAll(async () => {
    await system.close()
    await collector.close()
  })

  const post = async (body: string, headers: Record<string, string>, path = '/events', client = 'partner') => {
    const answer = await system.call('gateway', client, 'POST', path, { headers, body })
    answers.push(answer.text, JSON.stringify([...answer.headers]))
    return answer
  }
  const event = (index: number) => submittedEvent(people[index]!.referral)

  /** Every row of every table of a database, as text and, where it has bytes, as they are. */
  async function* contents(database: DatabaseName): AsyncGenerator<{ table: string; bytes: Buffer }> {
    const client = new pg.Client(system.connectionTo(database))
    await client.connect()
    try {
      const tables = await client.query<{ name: string }>(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
      )
      for (const { name } of tables.rows) {
        const { rows } = await client.query(`select * from ${name}`)
        for (const row of rows) {
          const binary = Object.values(row).filter(value => Buffer.isBuffer(value)) as Buffer[]
          yield { table: name, bytes: Buffer.concat([Buffer.from(JSON.stringify(row)), ...binary]) }
        }
      }
    } finally {
      await client.end()
    }
  }

  test('they come by every road, the wrong ones too', async () => {
    for (let i = 0; i < 10; i++) expect((await post(JSON.stringify(event(i)), cloudEvent)).status).toBe(202)
    const many = Array.from({ length: 15 }, (_, i) => event(10 + i))
    expect((await post(JSON.stringify(many), batch)).status).toBe(202)
    for (let i = 25; i < 30; i++) {
      const { specversion, id, source, type, data } = event(i)
      const binary = { 'ce-specversion': specversion, 'ce-id': id, 'ce-source': source, 'ce-type': type }
      const headers = Object.fromEntries(
        Object.entries(binary).map(([name, value]) => [name, encodeURIComponent(value)]),
      )
      const answer = await post(JSON.stringify(data), { ...headers, 'content-type': 'application/json' })
      expect(answer.status).toBe(202)
    }
    // A subject and an extension of a person's name, refused or sealed, but never kept in clear.
    const named = { ...event(30), subject: people[30]!.referral.person.firstName }
    expect((await post(JSON.stringify(named), cloudEvent)).status).toBe(202)
  })

  test('what is refused says where and how, and never what', async () => {
    const invalid = [31, 32, 33, 34].map(i => {
      const { person, referral, reference } = people[i]!.referral
      const name = person.firstName!
      return [
        { ...event(i), data: { reference, referral, person: { ...person, [name]: person.secondName } } },
        { ...event(i), data: { reference, referral, person: { ...person, gender: name } } },
        { ...event(i), source: person.email },
        { ...event(i), type: person.secondName },
        { ...event(i), [name]: name },
        { ...event(i), time: name },
      ]
    })
    for (const wrong of invalid.flat())
      expect((await post(JSON.stringify(wrong), cloudEvent)).status).toBeGreaterThanOrEqual(400)
    for (const wrong of invalid) expect((await post(JSON.stringify(wrong), batch)).status).toBe(422)
    const conflicting = { ...event(0), data: event(35).data }
    expect((await post(JSON.stringify(conflicting), cloudEvent)).status).toBe(409)
    expect((await post(JSON.stringify(event(35)).slice(0, -9), cloudEvent)).status).toBe(400)
    expect((await post(JSON.stringify(event(36)), { 'content-type': 'text/plain' })).status).toBe(415)
    expect(
      (
        await post(
          JSON.stringify({ ...event(37), data: { ...event(37).data, filler: 'x'.repeat(70_000) } }),
          cloudEvent,
        )
      ).status,
    ).toBe(413)
    expect(
      (await post(JSON.stringify(event(38)), cloudEvent, '/events', 'otherPartner')).status,
    ).toBeGreaterThanOrEqual(400)
    expect((await post(JSON.stringify(event(39)), cloudEvent, '/events/validate')).status).toBe(200)
    const ids = people.map((_, i) => ({ source: event(i).source, id: event(i).id }))
    expect(
      (await post(JSON.stringify({ events: ids }), { 'content-type': 'application/json' }, '/receipts/lookup')).status,
    ).toBe(200)
    const { firstName, email } = people[40]!.referral.person
    for (const path of [
      `/receipts/${firstName}`,
      `/receipts?state=${firstName}`,
      `/receipts?cursor=${email}`,
      `/${firstName}`,
      `/event-types/${firstName}`,
    ]) {
      const answer = await system.call('gateway', 'partner', 'GET', encodeURI(path))
      answers.push(answer.text)
    }
    for (const path of [
      `/referrals/${firstName}`,
      `/referrals?state=${firstName}`,
      `/referrals?referringOrganisation=${firstName}`,
      `/cases/${email}`,
    ]) {
      const answer = await system.call('intake', 'stranger', 'GET', encodeURI(path))
      answers.push(answer.text)
    }
    const unauthorised = await fetch(`${system.run.services.gateway.url}/events`, {
      method: 'POST',
      headers: { ...cloudEvent, authorization: `Bearer ${Buffer.from(String(email)).toString('base64url')}` },
      body: JSON.stringify(event(41)),
    })
    answers.push(await unauthorised.text())
  })

  test('case workers decide about them with notes, and partners withdraw some', async () => {
    const referrals = await eventually('31 referrals', async () => {
      const all = await system.all('intake', 'caseworker', '/referrals')
      const planted = all.filter(referral => findIn(Buffer.from(JSON.stringify(referral))).length > 0)
      return planted.length === 31 && planted
    })
    // The counter-check: who may read them does, and the search sees it.
    expect(findIn(Buffer.from(JSON.stringify(referrals))).length).toBeGreaterThan(31)
    const decide = (index: number, action: string, json: object) =>
      system.call('intake', 'caseworker', 'POST', `/referrals/${referrals[index].id}/${action}`, {
        headers: { 'if-match': `"${referrals[index].version}"` },
        json,
      })
    expect((await decide(0, 'accept', {})).status).toBe(200)
    expect((await decide(1, 'reject', { reason: 'other', note: people[42]!.withdrawalDetails })).status).toBe(200)
    expect((await decide(2, 'redirect', { to: 'Other House', note: people[43]!.withdrawalDetails })).status).toBe(200)
    for (let i = 10; i < 15; i++) {
      const withdrawn = {
        ...event(i),
        id: `${event(i).id}/w`,
        type: 'haven.partner.referral.withdrawn.v1',
        data: { reference: people[i]!.referral.reference, reason: 'other', details: people[i]!.withdrawalDetails },
      }
      expect((await post(JSON.stringify(withdrawn), cloudEvent)).status).toBe(202)
    }
    await eventually('every receipt has ended', async () => {
      const receipts = await system.all('gateway', 'partner', '/receipts')
      answers.push(JSON.stringify(receipts))
      return receipts.every(({ state }) => state === 'applied' || state === 'rejected')
    })
  })

  test('what tools put into headers is kept nowhere either', async () => {
    const { person } = people[44]!.referral
    const [first, second] = [person.firstName!, person.secondName!].map(encodeURIComponent)
    const named = { traceparent: `00-${first}-${second}-01`, tracestate: `haven=${first}`, baggage: `name=${second}` }
    const headers = {
      ...cloudEvent,
      ...named,
      'user-agent': first!,
      'x-request-id': second!,
      referer: `http://${first}/`,
    }
    expect((await post(JSON.stringify({ ...event(44), data: {} }), headers)).status).toBe(422)
    const read = await system.call('intake', 'caseworker', 'GET', `/referrals?limit=1&${first}=${second}`, {
      headers: named,
    })
    expect(read.status).toBe(422)
  })

  test('no answer to a partner or a stranger holds one', () => {
    expect(findIn(Buffer.from(answers.join('\n')))).toEqual([])
  })

  test('no table of any database holds one', async () => {
    let rows = 0
    const found: (Finding & { table: string })[] = []
    for (const database of databaseNames) {
      for await (const { table, bytes } of contents(database)) {
        rows++
        found.push(...findIn(bytes).map(finding => ({ ...finding, table: `${database}: ${table}` })))
      }
    }
    expect(rows).toBeGreaterThan(300)
    expect(found).toEqual([])
  })

  test('no metric of any service holds one', async () => {
    for (const { url } of Object.values(system.run.services)) {
      const text = await (await fetch(`${url}/metrics`)).text()
      expect(text).toContain('http_server_request_duration_seconds_count')
      expect(findIn(Buffer.from(text))).toEqual([])
    }
  })

  test('no file holds one: topics, tables, write-ahead log, service logs, state', async () => {
    await system.stop()
    const found: (Finding & { file: string })[] = []
    let kafka = 0
    for await (const { file, bytes } of system.kept()) {
      if (file.includes('haven.partner.inbound') && file.endsWith('.log')) kafka += bytes.length
      found.push(...findIn(bytes).map(finding => ({ ...finding, file })))
    }
    expect(kafka).toBeGreaterThan(10_000)
    // Everything of every service was traced: requests, refusals, what was sent, applied and appended.
    const names = new Set(collector.spans().map(({ name }) => name))
    for (const name of ['POST /events', 'GET /referrals', 'process haven.partner.inbound', 'append entry'])
      expect(names).toContain(name)
    expect(findIn(Buffer.from(collector.bodies.join('\n')))).toEqual([])
    expect(found).toEqual([])
  })
})
