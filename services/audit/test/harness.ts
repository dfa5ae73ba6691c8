import { createRecorder } from '@haven/access'
import { createVerifier } from '@haven/auth'
import type { Role } from '@haven/contracts'
import { createPool } from '@haven/db'
import type { Instance } from '@haven/service'
import { createLogger } from '@haven/telemetry'
import { type TestIssuer, testIssuer, testRecord } from '@haven/testkit'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import type { Leaf } from '../src/domain/leaf.ts'
import { chainWith } from './leaves.ts'
import { ledger, messageOf } from './ledger.ts'

const patient = { connectMs: 10_000, statementMs: 10_000, lockMs: 10_000 }

/** Audit on a database of its own, without Kafka: leaves are given to the sequencer as they would be read. */
export async function audit(overrides: Partial<Deps> = {}) {
  const log = await ledger()
  const issuer = await testIssuer()
  const pool = (url: string, max: number) =>
    createPool({ url, applicationName: 'audit test', max, log: log.log, timeouts: patient })
  const [reader, recordPool] = [pool(log.database.reader, 5), pool(log.database.app, 1)]
  const record = testRecord(log.database)
  const deps: Deps = {
    version: '0.0.0',
    log: createLogger({ service: 'audit', level: 'silent' }),
    verifier: createVerifier({ issuer: issuer.url, audience: 'urn:haven:audit', allowDemo: true }),
    recorder: createRecorder({ pool: recordPool, log: log.log, backlog: () => ({ full: false }) }),
    reader,
    now: () => new Date(),
    readiness: {},
    rateLimit: { max: 100_000, windowMs: 60_000 },
    // A busy machine is no failure.
    loadLimit: { loopDelayMs: 60_000 },
    ...overrides,
  }
  const app = await build(deps)
  const sequencer = log.sequencer()
  return {
    ...log,
    app,
    record,
    request: requester(app, issuer),
    token: () => issuer.token({ kind: 'person', role: 'auditor', sub: 'auditor-1', audience: 'audit' }),
    tokenForIntake: () => issuer.token({ role: 'auditor', audience: 'intake' }),
    sequencer,
    /** Puts leaves into the log. */
    store: (leaves: readonly Leaf[]) => sequencer.submit([messageOf(leaves)]),
    /** Puts entries of so many parts into the log, as a chain of their own. */
    async enter(producer: string, ...parts: Record<string, unknown>[]): Promise<Leaf[]> {
      const chain = chainWith(parts, producer)
      await sequencer.submit([messageOf(chain)])
      return chain
    },
    async close(): Promise<void> {
      await app.close()
      await Promise.all([reader.end(), recordPool.end(), record.close(), issuer.close()])
      await log.close()
    },
  }
}

export interface RequestOptions {
  as?: Role
  sub?: string
  /** '' sends none. */
  purpose?: string
  /** '' sends none. */
  token?: string
  accept?: string
}

function requester(app: Instance, issuer: TestIssuer) {
  return async (url: string, options: RequestOptions = {}) => {
    const { as: role = 'auditor', sub = 'auditor-1', purpose = 'audit' } = options
    const token = options.token ?? (await issuer.token({ kind: 'person', role, sub, audience: 'audit' }))
    return app.inject({
      method: 'GET',
      url,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(purpose !== '' && { 'purpose-of-use': purpose }),
        ...(options.accept !== undefined && { accept: options.accept }),
      },
    })
  }
}
