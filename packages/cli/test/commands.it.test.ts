import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@haven/contracts'
import { type TestBus, type TestDatabase, testBus, testDatabase } from '@haven/testkit'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { haven } from './haven.ts'

let databases: Record<'gateway' | 'intake' | 'audit', TestDatabase>
let env: Record<string, string>
let state: string

beforeAll(async () => {
  databases = {
    gateway: await testDatabase('gateway'),
    intake: await testDatabase('intake'),
    audit: await testDatabase('audit'),
  }
})
afterAll(async () => {
  for (const database of Object.values(databases)) await database.drop()
})
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'haven-cli-'))
  env = {
    HAVEN_STATE_DIR: state,
    HAVEN_GATEWAY_DATABASE_URL: databases.gateway.migrator,
    HAVEN_INTAKE_DATABASE_URL: databases.intake.migrator,
    HAVEN_AUDIT_DATABASE_URL: databases.audit.migrator,
    HAVEN_OPERATOR: 'operator-7',
  }
})
afterEach(() => rmSync(state, { recursive: true }))

async function query(database: TestDatabase, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.admin })
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

describe('haven partner', () => {
  const add = (...more: string[]) =>
    haven(
      env,
      'partner',
      'add',
      'Liman Evi',
      '--source',
      'urn:partner:liman-evi',
      '--referring-organisation',
      'Liman Evi',
      ...more,
    )
  afterEach(() => query(databases.gateway, 'delete from gateway.partner'))

  test('a partner that is added can be found, shut out and found shut out', async () => {
    const { code, out } = await add('--source', 'urn:partner:liman', '--json')
    expect(code).toBe(0)
    const { id } = JSON.parse(out)
    expect(JSON.parse((await haven(env, 'partner', 'list', '--json')).out)).toEqual([
      {
        id,
        name: 'Liman Evi',
        organisation: 'liman-evi',
        clientId: 'liman-evi',
        sources: ['urn:partner:liman-evi', 'urn:partner:liman'],
        referringOrganisations: ['Liman Evi'],
        disabledAt: null,
      },
    ])
    expect(await haven(env, 'partner', 'disable', 'liman-evi')).toMatchObject({
      code: 0,
      out: expect.stringContaining('is disabled'),
    })
    expect((await haven(env, 'partner', 'disable', id)).out).toContain('was disabled before')
    expect((await haven(env, 'partner', 'list')).out).toMatch(/Liman Evi .* disabled 20\d\d-/)
    expect((await haven(env, 'partner', 'enable', id)).out).toContain('may post again')
    expect((await haven(env, 'partner', 'enable', id)).out).toContain('was not disabled')
    expect((await haven(env, 'partner', 'list')).out).toMatch(/Liman Evi .* active$/m)
  })

  test('without a provider of ours, what to configure at theirs is printed and no secret is made', async () => {
    const { out } = await add()
    expect(out).toContain('audience      urn:haven:gateway')
    expect(out).toContain('org "liman-evi", roles ["partner"], sub_type "client"')
    expect(out).not.toContain('secret')
  })

  test('a client that is registered is not registered again', async () => {
    await add()
    expect(await add()).toMatchObject({ code: 1, notes: expect.stringContaining('liman-evi is registered already') })
  })

  test.each([
    ['an empty source', ['--source', ''], 'sources'],
    ['a name that is too long', ['--client-id', 'x'.repeat(201)], 'client-id'],
  ])('%s is refused by name', async (_, more, field) => {
    expect(await add(...more)).toMatchObject({ code: 2, notes: expect.stringContaining(field) })
    expect(await query(databases.gateway, 'select 1 from gateway.partner')).toEqual([])
  })

  test('who is not there cannot be disabled', async () => {
    expect((await haven(env, 'partner', 'list')).out).toBe('No partner is registered; haven partner add registers one.')
    expect(await haven(env, 'partner', 'disable', 'nobody')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('no partner nobody'),
    })
  })

  describe('on the machine of a running system', () => {
    const clients = () => JSON.parse(readFileSync(join(state, 'issuer/clients.json'), 'utf8'))
    beforeEach(() => {
      mkdirSync(join(state, 'issuer'))
      writeFileSync(join(state, 'issuer/demo-clients.json'), JSON.stringify([{ id: 'partner' }]))
      const run = {
        services: {
          gateway: { url: 'http://127.0.0.1:1' },
          intake: { url: 'http://127.0.0.1:2' },
          audit: { url: 'http://127.0.0.1:3' },
        },
        tokenEndpoint: 'http://127.0.0.1:1/token',
        clients: {},
        kafka: { brokers: [] },
        databases: { gateway: databases.gateway.migrator },
        keysDirectory: join(state, 'keys'),
      }
      writeFileSync(join(state, 'run.json'), JSON.stringify(run))
      delete env.HAVEN_GATEWAY_DATABASE_URL
    })

    test('the client is made at its provider, with a secret that is shown once', async () => {
      const { code, out } = await add('--json')
      expect(code).toBe(0)
      const { secret } = JSON.parse(out)
      expect(secret).toMatch(/^[\w-]{32}$/)
      const client = {
        id: 'liman-evi',
        secret,
        organisation: 'liman-evi',
        roles: ['partner'],
        kind: 'client',
        service: 'gateway',
      }
      expect(clients()).toEqual([client])
      expect(statSync(join(state, 'issuer/clients.json')).mode & 0o777).toBe(0o400)
      expect((await haven(env, 'partner', 'list', '--json')).out).not.toContain(secret)
    })

    test('a second one is added to the first', async () => {
      await add()
      await haven(env, 'partner', 'add', 'Other', '--source', 'urn:partner:other', '--referring-organisation', '*')
      expect(clients().map((client: { id: string }) => client.id)).toEqual(['liman-evi', 'other'])
    })

    test('a client of the demonstration is not taken over, and nothing is registered', async () => {
      expect(await add('--client-id', 'partner')).toMatchObject({
        code: 1,
        notes: expect.stringContaining('client partner already'),
      })
      expect(await query(databases.gateway, 'select 1 from gateway.partner')).toEqual([])
    })
  })
})

describe('haven parked', () => {
  const park = (database: TestDatabase, seq: number) =>
    query(
      database,
      `insert into stream.parked (consumer, service, epoch, topic, part, seq, fact_id, key, type, cause, headers, value)
       values ('inbound', 'gateway', 1, 'haven.partner.inbound', 0, $1, gen_random_uuid(), 'k', 'haven.partner.inbound.accepted.v1',
         'ciphertext-invalid', '{}', 'what is in it') returning id::text`,
      [seq],
    ).then(rows => String(rows[0]!.id))
  afterEach(async () => {
    for (const database of Object.values(databases)) await query(database, 'delete from stream.parked')
  })

  test('what is parked is listed by service, and never what is in it', async () => {
    const [atGateway, atIntake] = [await park(databases.gateway, 1), await park(databases.intake, 2)]
    const { code, out } = await haven(env, 'parked', 'list')
    expect(code).toBe(0)
    expect(out).toContain(`gateway/${atGateway}`)
    expect(out).toMatch(
      new RegExp(`intake/${atIntake} +inbound +haven.partner.inbound.accepted.v1 +ciphertext-invalid`),
    )
    expect(out).not.toContain('what is in it')
    const ofIntake = JSON.parse((await haven(env, 'parked', 'list', '--service', 'intake', '--json')).out)
    expect(ofIntake).toMatchObject([
      { event: `intake/${atIntake}`, seq: '2', cause: 'ciphertext-invalid', requested: null },
    ])
  })

  test.each(['redrive', 'drop'])('%s asks for that, in the name of who asked', async what => {
    const id = await park(databases.intake, 1)
    expect(await haven(env, 'parked', what, `intake/${id}`)).toMatchObject({ code: 0 })
    expect(await query(databases.intake, 'select requested, requested_by from stream.parked')).toEqual([
      { requested: what, requested_by: 'operator-7' },
    ])
  })

  test('an event that is not parked, and what names none', async () => {
    expect(await haven(env, 'parked', 'drop', 'intake/4711')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('is not parked'),
    })
    for (const wrong of ['4711', 'shelter/1', 'intake/', 'intake/1/2', 'intake/x']) {
      expect(await haven(env, 'parked', 'drop', wrong)).toMatchObject({
        code: 2,
        notes: expect.stringContaining('names no parked event'),
      })
    }
  })
})

describe('haven migrate', () => {
  test('brings an empty database up and finds nothing to do the second time', async () => {
    const empty = await testDatabase('gateway', { sources: [], schemas: ['gateway', 'stream'] })
    try {
      env.HAVEN_GATEWAY_DATABASE_URL = empty.migrator
      const { code, out } = await haven(env, 'migrate', 'gateway', '--json')
      expect(code).toBe(0)
      const { gateway } = JSON.parse(out)
      expect(gateway[0]).toMatch(/^stream\//)
      expect(gateway.at(-1)).toMatch(/^gateway\//)
      expect((await haven(env, 'migrate', 'gateway')).out).toBe('gateway: nothing to do')
      expect(await query(empty, 'select count(*)::int as partners from gateway.partner')).toEqual([{ partners: 0 }])
    } finally {
      await empty.drop()
    }
  })

  test('an unknown database is refused before anything is touched', async () => {
    expect(await haven(env, 'migrate', 'gateway', 'shelter')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('name one of gateway, intake, audit, keys'),
    })
  })

  test('each failure of a connection is told in a sentence without the password', async () => {
    const url = new URL(databases.gateway.migrator)
    for (const [change, sentence] of [
      [{ password: 'wrong-password' }, 'refuses the role or its password'],
      [{ pathname: '/no_such_database' }, 'does not exist'],
      [{ port: '1' }, 'Nothing answers at'],
    ] as const) {
      const other = new URL(url)
      Object.assign(other, change)
      env.HAVEN_GATEWAY_DATABASE_URL = other.href
      const { code, notes } = await haven(env, 'migrate', 'gateway')
      expect(code).toBe(1)
      expect(notes).toContain(sentence)
      expect(notes).not.toContain(url.password)
    }
  })
})

describe('haven topics apply', () => {
  let bus: TestBus
  beforeAll(() => {
    bus = testBus('cli')
  })
  afterAll(() => bus.close())

  test('makes all topics and keeps them the second time', async () => {
    const kafka = { HAVEN_KAFKA_BROKERS: bus.brokers.join(','), HAVEN_KAFKA_PREFIX: bus.prefix }
    const names = topics.map(topic => topic.name).sort()
    const { code, out } = await haven(kafka, 'topics', 'apply', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out).created.sort()).toEqual(names)
    expect((await haven(kafka, 'topics', 'apply')).out.split('\n').sort()).toEqual(
      names.map(name => `kept       ${name}`),
    )
    // a partition's leader is chosen a moment after its topic was made
    await vi.waitFor(async () => expect(await bus.ends('haven.intake.case')).toHaveLength(6), 5_000)
  })

  test('a Kafka that is not there is told in a sentence', async () => {
    const { code, notes } = await haven({ HAVEN_KAFKA_BROKERS: '127.0.0.1:1' }, 'topics', 'apply')
    expect(code).toBe(1)
    expect(notes).toMatch(/^✖ Kafka does not answer .*127\.0\.0\.1:1; start Kafka, or correct HAVEN_KAFKA_BROKERS\.$/)
  })
})
