import { randomUUIDv7 } from 'node:crypto'
import { createRecorder, type Written, writeWork } from '@haven/access'
import { createVerifier } from '@haven/auth'
import { type CloudEvent, type ReferralSubmitted, type Role, sealedEventType } from '@haven/contracts'
import { createPool, createUnitOfWork } from '@haven/db'
import type { Instance } from '@haven/service'
import type { ReceivedFact } from '@haven/stream'
import { createLogger } from '@haven/telemetry'
import { type TestIssuer, testDatabase, testIssuer, testKeys, testRecord } from '@haven/testkit'
import { createSubjectVault, type Jwks, readJwks, readSymmetricKey, sealFor } from '@haven/vault'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { onPartnerInbound } from '../src/events/on-partner-inbound.ts'
import { createStore, type Tx } from '../src/store/client.ts'
import { databaseView, truncate } from './database-view.ts'
import { here, partner, received, submitted } from './fixtures.ts'

/** A busy machine is no failure; what the limits are for is tested in packages/db. */
const patient = { connectMs: 10_000, statementMs: 10_000, lockMs: 10_000 }

type World = Awaited<ReturnType<typeof surround>>
/** What is to be otherwise than in the world around it, or how to make it from that world. */
type Overriding = Partial<Deps> | ((world: World) => Promise<Partial<Deps>>)

/** Intake on databases of its own, without Kafka: facts are given to the consumer's effect in the unit of work that the stream would give. */
export async function intake(overrides: Overriding = {}) {
  const surroundings = await surround()
  const { databases, pool, keysPool, issuer, keysDatabase, published } = surroundings
  const own = typeof overrides === 'function' ? await overrides(surroundings) : overrides
  const deps: Deps = { ...surroundings.deps, ...own }
  const app = await build(deps)
  const sender = inTheGatewaysPlace(deps, published)
  const request = requester(app, issuer)
  return {
    app,
    deps,
    pool,
    databases,
    published,
    kek: surroundings.kek,
    lines: surroundings.lines,
    record: surroundings.record,
    ...databaseView(pool, keysPool),
    ...sender,
    request,
    /** A case of that owner, opened by accepting a referral. */
    async open(sub: string): Promise<{ id: string; case: string }> {
      const { id } = await sender.refer()
      const answer = await request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"', sub })
      return { id, case: answer.json().case }
    },
    /** A case worker's token for the neighbour. */
    tokenForGateway: () => issuer.token({ role: 'caseworker', org: here, audience: 'gateway' }),
    async wipe(): Promise<void> {
      await truncate(databases.migrator, 'intake.person, intake.inbound, stream.fact, stream.unsent, record.outbox')
      await truncate(keysDatabase.migrator, 'vault.subject_key')
    },
    async close(): Promise<void> {
      await app.close()
      await surroundings.close()
    },
  }
}

/** Real databases, keys, an issuer, and a log that is kept. */
async function surround() {
  const [databases, keysDatabase, keys, issuer] = await Promise.all([
    testDatabase('intake'),
    testDatabase('keys'),
    testKeys(),
    testIssuer(),
  ])
  const lines: string[] = []
  const log = createLogger({
    service: 'intake',
    level: 'debug',
    destination: { write: line => void lines.push(line) },
  })
  const pool = createPool({ url: databases.app, applicationName: 'intake test', log, timeouts: patient })
  const keysPool = createPool({ url: keysDatabase.app, applicationName: 'intake test keys', log, timeouts: patient })
  const recordPool = createPool({
    url: databases.app,
    applicationName: 'intake test record',
    max: 1,
    log,
    timeouts: patient,
  })
  const record = testRecord(databases)
  const store = createStore(pool)
  const kek = await readSymmetricKey(keys.kek)
  const deps: Deps = {
    version: '0.0.0',
    log,
    verifier: createVerifier({ issuer: issuer.url, audience: 'urn:haven:intake', allowDemo: true }),
    recorder: createRecorder({ pool: recordPool, log, backlog: () => ({ full: false }) }),
    pool,
    store,
    unitOfWork: createUnitOfWork<Tx, Written>({ client: store, writeLast: writeWork, log }),
    relay: { backlog: () => ({ rows: 0, oldestMs: 0, full: false }) },
    vault: createSubjectVault({ pool: keysPool, kek }),
    blindIndexKey: await readSymmetricKey(keys.blindIndex),
    transportKeys: await readJwks(keys.jwe('intake')),
    organisation: here,
    now: () => new Date(),
    readiness: {},
    rateLimit: { max: 100_000, windowMs: 60_000 },
    // A busy machine is no failure.
    loadLimit: { loopDelayMs: 60_000 },
  }
  const close = async (): Promise<void> => {
    await Promise.all([pool.end(), keysPool.end(), recordPool.end(), record.close()])
    await Promise.all([databases.drop(), keysDatabase.drop(), keys.remove(), issuer.close()])
  }
  const published = await readJwks(keys.publicJwks('intake'))
  return { deps, databases, keysDatabase, record, pool, keysPool, issuer, lines, published, kek, close }
}

interface Overrides {
  data?: Partial<ReferralSubmitted>
  partner?: string
  /** Another organisation than {@link here} that receives it. */
  receiver?: string
}

function inTheGatewaysPlace(deps: Deps, published: Jwks) {
  const consumer = onPartnerInbound(deps)
  const inbound = async (event: CloudEvent, { partner: by = partner }: Overrides = {}): Promise<ReceivedFact> => {
    const receipt = randomUUIDv7()
    const sealed = await sealFor(published, Buffer.from(JSON.stringify(event)), { typ: sealedEventType })
    return received({ subject: receipt, data: { receipt, partner: by, type: event.type, sealed } })
  }
  return {
    consumer,
    /** An event as the gateway would have accepted and sealed it. */
    inbound,
    apply: (fact: ReceivedFact): Promise<void> => deps.unitOfWork(work => consumer.effect(fact, work)),
    /** A referral as it stands after a partner's submission. */
    async refer({ data, ...rest }: Overrides = {}) {
      const event = submitted(data)
      const fact = await inbound(event, rest)
      const to = rest.receiver === undefined ? consumer : onPartnerInbound({ ...deps, organisation: rest.receiver })
      await deps.unitOfWork(work => to.effect(fact, work))
      const { id, version, receipt } = await deps.store.referral.findUniqueOrThrow({ where: { causedBy: fact.id } })
      return { id, version, receipt, reference: event.data.reference, fact }
    },
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

function requester(app: Instance, issuer: TestIssuer) {
  return async (method: 'GET' | 'POST', url: string, options: RequestOptions = {}) => {
    const { as: role = 'caseworker', org = here, sub = 'caseworker-1', purpose = purposeOf(role) } = options
    const { ifMatch, body, type = 'application/json' } = options
    const token = options.token ?? (await issuer.token({ kind: 'person', role, org, sub }))
    return app.inject({
      method,
      url,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(purpose !== '' && { 'purpose-of-use': purpose }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    })
  }
}
