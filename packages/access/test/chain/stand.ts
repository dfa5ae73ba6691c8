import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '@haven/bus'
import { accessTopicOf, topics } from '@haven/contracts'
import { createPool } from '@haven/db'
import { type TestBus, type TestDatabase, testBus, testDatabase, testLog } from '@haven/testkit'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type ChainHead, emptyChain, type Leaf } from '../../src/chain/leaf.ts'
import { type ChainMessage, readChainMessage } from '../../src/chain/message.ts'
import { type ChainRelay, type ChainRelayOptions, startChainRelay } from '../../src/chain/relay.ts'
import { verifyHead } from '../../src/chain/signed-head.ts'
import { recordMigrations } from '../../src/migrations.ts'
import { frameEntries } from '../../src/record/frames.ts'
import { judgeLeaf } from './judge-leaf.ts'

export const service = 'intake'
export const epoch = 1_767_225_600_000n
/** What a service needs to send its entries. */
export const topicsOfChain = topics.filter(({ name }) => [accessTopicOf(service), 'haven.resend'].includes(name))
export const producer = `${service}/${epoch}`
export const key = { kid: 'test', ...generateKeyPairSync('ed25519') }

/** A database with the record's tables, a bus with the topic of entries, and what runs on them; new for each test. */
export interface Stand {
  database: TestDatabase
  app: pg.Pool
  relay: pg.Pool
  /** A superuser's, to look from outside and to do what no program may. */
  admin: pg.Pool
  bus: TestBus
  /** Stopped after the test. */
  start(options?: Partial<ChainRelayOptions>): ChainRelay
}

/** Registers the hooks of a suite and answers its stand, which is filled before each test. */
export function stand(): Stand {
  const running: ChainRelay[] = []
  const filled = {
    start(options = {}) {
      const { relay: pool, bus } = filled
      const one = startChainRelay({ service, epoch, pool, bus, key, log: testLog(), ...options })
      running.push(one)
      return one
    },
  } as Stand
  const pools = () => [filled.app, filled.relay, filled.admin]
  beforeAll(async () => {
    filled.database = await testDatabase(service, { sources: [recordMigrations] })
    const pool = (url: string) => createPool({ url, applicationName: 'chain-test', max: 6, log: testLog() })
    const { app, relay, admin } = filled.database
    Object.assign(filled, { app: pool(app), relay: pool(relay), admin: pool(admin) })
  })
  beforeEach(async () => {
    await filled.admin.query('truncate record.outbox, record.leaf, record.chain, record.sent')
    filled.bus = testBus('chain')
    await filled.bus.applyTopics(topicsOfChain)
    // A new topic has no leader for a moment.
    await until('a topic that answers', () =>
      messagesOn(filled.bus).then(
        () => true,
        () => false,
      ),
    )
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map(one => one.stop()))
    await filled.bus.close()
  })
  afterAll(async () => {
    await Promise.all(pools().map(one => one.end()))
    await filled.database.drop()
  })
  return filled
}

export const entryOf = (n: number | string): Buffer => Buffer.from(`{"id":"entry ${n}"}`)

/** Writes entries as a service would, in one commit. */
export async function record(app: pg.Pool, ...entries: Uint8Array[]): Promise<void> {
  await app.query('insert into record.outbox (batch) values ($1)', [frameEntries(entries)])
}

/** Everything that the producer's topic holds. */
export async function messagesOn(bus: Bus): Promise<ChainMessage[]> {
  const messages: ChainMessage[] = []
  for await (const one of bus.scan(accessTopicOf(service))) messages.push(readChainMessage(one))
  return messages
}

/** What a consumer makes of the messages: accepts what fits, remembers every hash, checks every signature. */
export function follow(messages: readonly ChainMessage[]): { head: ChainHead; leaves: Leaf[]; verdicts: string[] } {
  let head = emptyChain
  const leaves: Leaf[] = []
  const verdicts: string[] = []
  for (const message of messages) {
    if (message.kind === 'foreign' || !verifyHead(message.note, key.publicKey)) verdicts.push('not-signed')
    if (message.kind !== 'run') continue
    for (const leaf of message.leaves) {
      const verdict = judgeLeaf(head, leaf, leaves[Number(leaf.seq) - 1]?.hash ?? null)
      verdicts.push(verdict.is)
      if (verdict.is !== 'accept') continue
      head = verdict.head
      leaves.push(leaf)
    }
  }
  return { head, leaves, verdicts }
}

/** Waits until a consumer would have so many leaves. */
export async function received(bus: Bus, count: number): Promise<ReturnType<typeof follow>> {
  let followed = follow(await messagesOn(bus))
  await until(`${count} leaves`, async () => {
    followed = follow(await messagesOn(bus))
    return followed.leaves.length >= count
  })
  return followed
}

export async function until(what: string, check: () => Promise<boolean> | boolean, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await sleep(25)
  }
}

/** A bus whose sends wait for `before` first. */
export function sendingThrough(bus: Bus, before: () => Promise<void>): Bus {
  return {
    ...bus,
    async connectPublisher() {
      const publisher = await bus.connectPublisher()
      return {
        ...publisher,
        async send(batches) {
          await before()
          await publisher.send(batches)
        },
      }
    },
  }
}
