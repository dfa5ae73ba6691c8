import { randomUUIDv7 } from 'node:crypto'
import { createVerifier } from '@haven/auth'
import {
  type CloudEvent,
  partnerEventTypes,
  type ReferralSubmitted,
  type ReferralWithdrawn,
  type Role,
} from '@haven/contracts'
import { createPool, createUnitOfWork } from '@haven/db'
import { type NewFact, type ReceivedFact, writeFacts } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import { testDatabase, testIssuer, testKeys } from '@haven/testkit'
import { createSubjectVault, type Jwks, readJwks, readSymmetricKey, sealFor } from '@haven/vault'
import pg from 'pg'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { onPartnerInbound } from '../src/events/on-partner-inbound.ts'
import { createStore, type Tx } from '../src/store/client.ts'

/** The organisation of the case workers in tests, and another one. */
export const here = 'Harbour Programme'
export const elsewhere = 'Another Programme'
/** A partner of the gateway. */
export const partner = '01980000-0000-7000-8000-00000000000a'

/** A busy machine is no failure; what the limits are for is tested in packages/db. */
const patient = { connectMs: 10_000, statementMs: 10_000, lockMs: 10_000 }

interface Overrides {
  data?: Partial<ReferralSubmitted>
  partner?: string
  fact?: Partial<ReceivedFact>
  /** Another organisation than {@link here} that receives it. */
  receiver?: string
}

/** Intake on databases of its own, without Kafka: facts are given to the consumer's effect in the unit of work that the stream would give. */
export async function intake(overrides: Partial<Deps> = {}) {
  const [databases, keysDatabase, keys, issuer] = await Promise.all([
    testDatabase('intake'),
    testDatabase('keys'),
    testKeys(),
    testIssuer(),
  ])
  const lines: string[] = []
  const log = createLogger({ service: 'intake', level: 'debug', destination: { write: line => void lines.push(line) } })
  const pool = createPool({ url: databases.app, applicationName: 'intake test', log, timeouts: patient })
  const keysPool = createPool({ url: keysDatabase.app, applicationName: 'intake test keys', log, timeouts: patient })
  const store = createStore(pool)
  const published: Jwks = await readJwks(keys.publicJwks('intake'))
  const deps: Deps = {
    version: '0.0.0',
    log,
    verifier: createVerifier({ issuer: issuer.url, audience: 'urn:haven:intake', allowDemo: true }),
    store,
    unitOfWork: createUnitOfWork<Tx, NewFact>({ client: store, writeLast: writeFacts, log }),
    relay: { backlog: () => ({ rows: 0, oldestMs: 0, full: false }) },
    vault: createSubjectVault({ pool: keysPool, kek: await readSymmetricKey(keys.kek) }),
    blindIndexKey: await readSymmetricKey(keys.blindIndex),
    transportKeys: await readJwks(keys.jwe('intake')),
    organisation: here,
    now: () => new Date(),
    readiness: {},
    rateLimitPerMinute: 100_000,
    ...overrides,
  }
  const app = await build(deps)
  const consumer = onPartnerInbound(deps)

  const inbound = async (
    event: object,
    { partner: by = partner, fact = {} }: Overrides = {},
  ): Promise<ReceivedFact> => {
    const receipt = randomUUIDv7()
    const sealed = await sealFor(published, Buffer.from(JSON.stringify(event)), { typ: 'cloudevents+json' })
    const { type } = event as CloudEvent
    return received({ subject: receipt, data: { receipt, partner: by, type, sealed }, ...fact })
  }
  const apply = (fact: ReceivedFact): Promise<void> => deps.unitOfWork(work => consumer.effect(fact, work))

  return {
    app,
    deps,
    pool,
    keysPool,
    databases,
    /** Intake's published transport keys, as the gateway has them. */
    published,
    lines,
    consumer,
    inbound,
    apply,
    /** A referral as it stands after a partner's submission. */
    async refer({ data, ...rest }: Overrides = {}): Promise<{
      id: string
      version: number
      receipt: string
      reference: string
      fact: ReceivedFact
    }> {
      const event = submitted(data)
      const fact = await inbound(event, rest)
      const to = rest.receiver === undefined ? consumer : onPartnerInbound({ ...deps, organisation: rest.receiver })
      await deps.unitOfWork(work => to.effect(fact, work))
      const row = await store.referral.findUniqueOrThrow({ where: { causedBy: fact.id } })
      return { id: row.id, version: row.version, receipt: row.receipt, reference: event.data.reference, fact }
    },
    /** A case of that owner, opened by accepting a referral. */
    async open(sub: string): Promise<{ id: string; case: string }> {
      const { id } = await this.refer()
      const answer = await this.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"', sub })
      return { id, case: answer.json().case }
    },
    async request(method: 'GET' | 'POST', url: string, options: RequestOptions = {}) {
      const {
        as = 'caseworker',
        org = here,
        sub = 'caseworker-1',
        purpose = purposeOf(as),
        ifMatch,
        body,
        token,
        type = 'application/json',
      } = options
      const bearer = token ?? (await issuer.token({ kind: 'person', role: as, org, sub, audience: 'urn:haven:intake' }))
      return app.inject({
        method,
        url,
        headers: {
          ...(bearer !== '' && { authorization: `Bearer ${bearer}` }),
          ...(purpose !== '' && { 'purpose-of-use': purpose }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
          ...(body !== undefined && { 'content-type': type }),
        },
        ...(body !== undefined && {
          payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
        }),
      })
    },
    /** A case worker's token for the neighbour. */
    tokenForGateway: () => issuer.token({ kind: 'person', role: 'caseworker', org: here, audience: 'gateway' }),
    /** Everything that the intake wrote for Kafka, in order. */
    async facts(): Promise<
      { id: string; topic: string; type: string; key: string; data: Record<string, unknown>; organisation: string }[]
    > {
      const { rows } = await pool.query(
        'select fact_id as id, topic, type, key, data, organisation from stream.fact order by fact.id',
      )
      return rows
    },
    async count(table: 'person' | 'referral' | 'case' | 'inbound'): Promise<number> {
      const { rows } = await pool.query(`select count(*)::int as count from intake."${table}"`)
      return rows[0].count
    },
    /** Every row of every table of the service's database as text. */
    async everything(): Promise<string[]> {
      const { rows: tables } = await pool.query(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('intake', 'stream')`,
      )
      const all: string[] = []
      for (const { name } of tables) {
        const { rows } = await pool.query(`select t::text as row from ${name} t`)
        all.push(...rows.map(({ row }) => `${name} ${row}`))
      }
      return all
    },
    async keyCount(): Promise<number> {
      const { rows } = await keysPool.query('select count(*)::int as count from vault.subject_key')
      return rows[0].count
    },
    /** Empties the tables for the next test; only a migrator may. */
    async wipe(): Promise<void> {
      await truncate(databases.migrator, 'intake.person, intake.inbound, stream.fact, stream.unsent')
      await truncate(keysDatabase.migrator, 'vault.subject_key')
    },
    async close(): Promise<void> {
      await app.close()
      await Promise.all([pool.end(), keysPool.end()])
      await Promise.all([databases.drop(), keysDatabase.drop(), keys.remove(), issuer.close()])
    },
  }
}

async function truncate(url: string, tables: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      'select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()',
    )
    await client.query(`set role ${rows[0].owner}; truncate ${tables} restart identity cascade`)
  } finally {
    await client.end()
  }
}

export interface RequestOptions {
  as?: Role
  org?: string
  sub?: string
  /** '' sends none. */
  purpose?: string
  ifMatch?: string
  /** Text and bytes are sent as they are. */
  body?: unknown
  type?: string
  /** '' sends none. */
  token?: string
}

const purposeOf = (role: string): string => (role === 'competentAuthority' ? 'identification' : 'assistance')

/** The sample submission under a reference and about a person of its own, with parts replaced. */
export function submitted(
  data: Partial<ReferralSubmitted> = {},
): CloudEvent<ReferralSubmitted> & { data: ReferralSubmitted } {
  const { sample } = partnerEventTypes[0]!
  const id = randomUUIDv7()
  const person = {
    firstName: 'Lale',
    secondName: `Ornek ${id.slice(-6)}`,
    birthdate: '1996-05-14',
    citizenship: ['KZ'] as 'KZ'[],
  }
  const base = sample.data as ReferralSubmitted
  return { ...sample, id, data: { ...base, reference: `file ${id}`, person, ...data } }
}

/** A withdrawal of what was referred under a reference. */
export function withdrawn(reference: string, data: Partial<ReferralWithdrawn> = {}): CloudEvent<ReferralWithdrawn> {
  const { sample } = partnerEventTypes[1]!
  return { ...sample, id: randomUUIDv7(), data: { reference, reason: 'personWithdrew', ...data } }
}

/** A fact of the gateway as a consumer gets it. */
export function received(fact: Partial<ReceivedFact>): ReceivedFact {
  return {
    id: randomUUIDv7(),
    stream: 'gateway/1/haven.partner.inbound/0',
    seq: 1n,
    topic: 'haven.partner.inbound',
    key: 'key',
    type: 'haven.partner.inbound.accepted.v1',
    subject: randomUUIDv7(),
    source: '/services/gateway',
    organisation: 'Partner of Tests',
    time: new Date(),
    data: null,
    ...fact,
  }
}
