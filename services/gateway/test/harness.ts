import { randomUUIDv7 } from 'node:crypto'
import { createRecorder, writeWork } from '@haven/access'
import { createVerifier } from '@haven/auth'
import {
  type CloudEvent,
  factTopicsOf,
  partnerEventTypes,
  type ReferralSubmitted,
  type ReferralWithdrawn,
  sealedEventType,
} from '@haven/contracts'
import { createPool, createUnitOfWork } from '@haven/db'
import type { Instance } from '@haven/service'
import { type NewFact, openStreams } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import { testDatabase, testIssuer, testKeys, testRecord } from '@haven/testkit'
import { hmac, openFor, readJwks, readSymmetricKey, sealFor } from '@haven/vault'
import type { InjectOptions } from 'fastify'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { createStore, type Tx } from '../src/store/client.ts'

/** Invented attributes that must be found nowhere but sealed. */
export const planted = {
  firstName: 'Plantednia',
  secondName: 'Canaryova',
  identityNumber: 'PLNT-7781-XK',
  reference: 'planted/case 31',
}
export const structured = 'application/cloudevents+json'
export const batch = 'application/cloudevents-batch+json'

export type Gateway = Awaited<ReturnType<typeof gateway>>

/** The gateway on a database of its own, without Kafka: nothing is numbered or sent unless a test says so. */
export async function gateway(overrides: Partial<Deps> = {}) {
  const [urls, keys, issuer] = await Promise.all([testDatabase('gateway'), testKeys(), testIssuer()])
  const lines: string[] = []
  const log = createLogger({
    service: 'gateway',
    level: 'debug',
    destination: { write: line => void lines.push(line) },
  })
  const pool = createPool({ url: urls.app, applicationName: 'gateway test', log })
  const relayPool = createPool({ url: urls.relay, applicationName: 'gateway test relay', log })
  const recordPool = createPool({ url: urls.app, applicationName: 'gateway test record', max: 1, log })
  const record = testRecord(urls)
  const store = createStore(pool)
  const identityKey = await readSymmetricKey(keys.identity)
  const published = await readJwks(keys.publicJwks('intake'))
  const relay = {
    woken: 0,
    full: false,
    wake: () => void relay.woken++,
    backlog: () => ({ rows: 0, oldestMs: 0, full: relay.full }),
  }
  const deps: Deps = {
    version: '0.0.0',
    log,
    verifier: createVerifier({ issuer: issuer.url, audience: 'urn:haven:gateway', allowDemo: false }),
    recorder: createRecorder({ pool: recordPool, log, backlog: () => ({ full: false }) }),
    pool,
    store,
    relay,
    digest: (...parts) => hmac(identityKey, ...parts),
    seal: plaintext => sealFor(published, plaintext, { typ: sealedEventType }),
    now: () => new Date(),
    readiness: {},
    rateLimit: { max: 100_000, windowMs: 60_000 },
    // A busy machine is no failure.
    loadLimit: { loopDelayMs: 60_000 },
    ...overrides,
  }
  const app = await build(deps)
  const own = await addPartner('harbour-house', ['urn:partner:harbour-house'])
  const other = await addPartner('northern-light', ['urn:partner:northern-light'])

  async function addPartner(organisation: string, sources: string[], referringOrganisations = ['*']) {
    const clientId = `client-${organisation}`
    const row = await store.partner.create({
      data: { name: organisation, organisation, clientId, sources, referringOrganisations },
    })
    return { id: row.id, organisation, clientId }
  }

  const tokenOf = (who: Pick<typeof own, 'organisation' | 'clientId'>): Promise<string> =>
    issuer.token({ role: 'partner', org: who.organisation, clientId: who.clientId, audience: 'gateway' })

  /** @param options.as the own partner unless told; `null` sends no token */
  async function request({ as = own, token, headers, app: to = app, ...options }: Options) {
    const bearer = token ?? (as === null ? undefined : await tokenOf(as))
    return to.inject({ ...options, headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), ...headers } })
  }

  return {
    app,
    deps,
    own,
    other,
    pool,
    relay,
    store,
    urls,
    lines,
    record,
    issuer,
    addPartner,
    request,
    /** A second instance on the same database; `app` of a request takes it. */
    rebuilt: (changed: Partial<Deps>) => build({ ...deps, ...changed }),
    unitOfWork: createUnitOfWork<Tx, NewFact>({ client: store, writeLast: writeWork, log }),
    /** Posts one event in the structured form, or a batch. */
    post(body: unknown, { url = '/events', as = own, ...options }: Partial<Options> = {}) {
      const type = Array.isArray(body) ? batch : structured
      const payload = typeof body === 'string' ? body : JSON.stringify(body)
      return request({
        method: 'POST',
        url,
        as,
        payload,
        ...options,
        headers: { 'content-type': type, ...options.headers },
      })
    },
    get: (url: string, options: Partial<Options> = {}) => request({ method: 'GET', url, ...options }),
    /** Ids of a list of receipts, walked to its end. */
    async walk(query: string): Promise<string[]> {
      const ids: string[] = []
      for (let cursor = ''; ; ) {
        const page: { items: { id: string }[]; next: string | null } = (
          await request({ method: 'GET', url: `/receipts?${query}${cursor}` })
        ).json()
        ids.push(...page.items.map(({ id }) => id))
        if (page.next === null) return ids
        cursor = `&cursor=${page.next}`
      }
    },
    /** The facts in order, each opened with intake's private key. */
    async facts() {
      const { rows } = await pool.query('select key, subject, organisation, data from stream.fact order by id')
      const privateKeys = await readJwks(keys.jwe('intake'))
      const opened = await Promise.all(rows.map(row => openFor(privateKeys, row.data.sealed)))
      return rows.map((row, at) => ({ ...row, event: JSON.parse(Buffer.from(opened[at]!).toString()) as CloudEvent }))
    },
    /** What the relay does to every waiting fact: a number, and Kafka's acknowledgement. */
    async acknowledge(): Promise<void> {
      await openStreams({ pool: relayPool, service: 'gateway', topics: factTopicsOf('gateway') })
      await relayPool.query(`with taken as (delete from stream.unsent returning fact_id, topic, part),
        given as (insert into stream.numbered (stream, seq, fact_id)
          select s.id, s.next + row_number() over (partition by s.id order by t.fact_id), t.fact_id
          from taken t join stream.stream s using (topic, part) returning stream, seq),
        ends as (select stream, max(seq) as seq from given group by stream),
        noted as (update stream.sent set sent = ends.seq from ends where sent.stream = ends.stream)
        update stream.stream set next = ends.seq from ends where stream.id = ends.stream`)
    },
    /** Rows of each table that a request could have written. */
    async counts() {
      const { rows } = await pool.query(`select (select count(*) from gateway.receipt)::int as receipts,
        (select count(*) from stream.fact)::int as facts, (select count(*) from stream.unsent)::int as unsent`)
      return rows[0] as { receipts: number; facts: number; unsent: number }
    },
    /** Every row of every table as text, to search for what must not be there. */
    async everyRow(): Promise<string> {
      const tables = ['gateway.partner', 'gateway.receipt', 'stream.fact', 'stream.unsent']
      const all = await Promise.all(tables.map(table => pool.query(`select t::text as row from ${table} t`)))
      return all.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n')
    },
    async close(): Promise<void> {
      await app.close()
      await Promise.all([pool.end(), relayPool.end(), recordPool.end(), record.close()])
      await Promise.all([urls.drop(), keys.remove(), issuer.close()])
    },
  }
}

type Options = InjectOptions & {
  as?: { organisation: string; clientId: string } | null
  token?: string
  app?: Instance
}

const [submittedSample, withdrawnSample] = partnerEventTypes.map(({ sample }) => sample) as [CloudEvent, CloudEvent]

/** A submission about the planted person with an id of its own. */
export function submitted(change: Partial<CloudEvent> = {}, data: Partial<ReferralSubmitted> = {}): CloudEvent {
  const { reference, ...person } = planted
  const sample = submittedSample.data as ReferralSubmitted
  return { ...submittedSample, id: randomUUIDv7(), data: { ...sample, reference, person, ...data }, ...change }
}

/** A withdrawal of the planted reference with an id of its own. */
export function withdrawn(change: Partial<CloudEvent> = {}, data: Partial<ReferralWithdrawn> = {}): CloudEvent {
  const sample = withdrawnSample.data as ReferralWithdrawn
  return {
    ...withdrawnSample,
    id: randomUUIDv7(),
    data: { ...sample, reference: planted.reference, ...data },
    ...change,
  }
}

/** The same event in binary mode. */
export function binary({ data, datacontenttype: _, ...attributes }: CloudEvent): {
  headers: Record<string, string>
  payload: string
} {
  const named = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))])
  return {
    headers: { ...Object.fromEntries(named), 'content-type': 'application/json' },
    payload: JSON.stringify(data),
  }
}
