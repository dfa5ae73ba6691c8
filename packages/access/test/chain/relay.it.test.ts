import { createHash } from 'node:crypto'
import type { Bus, OutgoingBatch } from '@haven/bus'
import { accessTopicOf } from '@haven/contracts'
import { askRecord, RelayRefused } from '@haven/stream/parts'
import { testBus, testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { emptyChain } from '../../src/chain/leaf.ts'
import { streamOf } from '../../src/chain/message.ts'
import { verifyHead } from '../../src/chain/signed-head.ts'
import {
  entryOf,
  epoch,
  key,
  messagesOn,
  producer,
  received,
  record,
  sendingThrough,
  service,
  stand,
  topicsOfChain,
  until,
} from './stand.ts'

const here = stand()
const entries = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => entryOf(from + at))
const storedLeaves = async () =>
  (await here.admin.query<{ leaf: Buffer }>('select leaf from record.leaf order by seq')).rows.map(row => row.leaf)

async function ask(from: bigint, bus = here.bus): Promise<void> {
  const publisher = await bus.connectPublisher()
  const records = [askRecord(streamOf({ service, epoch }), from, 'audit.entries')]
  await publisher.send([{ topic: 'haven.resend', partition: 0, records }])
  await publisher.close()
}

/** A bus that notes the milliseconds between the end of a send and the begin of the next. */
function timing(bus: Bus): { bus: Bus; pauses: number[] } {
  const pauses: number[] = []
  const connectPublisher = async () => {
    const publisher = await bus.connectPublisher()
    let ended: number | undefined
    return {
      ...publisher,
      async send(batches: OutgoingBatch[]) {
        if (ended !== undefined) pauses.push(performance.now() - ended)
        await publisher.send(batches)
        ended = performance.now()
      },
    }
  }
  return { bus: { ...bus, connectPublisher }, pauses }
}

describe('entries on their way', () => {
  it('leave the outbox as a chain: every one, contiguous, in the order of their commits, byte for byte', async () => {
    await record(here.app, ...entries(1, 3))
    const relay = here.start()
    await relay.ready()
    await record(here.app, ...entries(4, 4))
    relay.wake()
    await record(here.app, ...entries(5, 9))
    relay.wake()
    const { leaves, verdicts } = await received(here.bus, 9)
    expect(verdicts).toEqual(Array(9).fill('accept'))
    expect(leaves.map(leaf => leaf.entry)).toEqual(entries(1, 9).map(entry => JSON.parse(entry.toString())))
    expect(leaves.every(leaf => leaf.producer === producer)).toBe(true)
    expect(await storedLeaves()).toEqual(leaves.map(leaf => leaf.bytes))
    expect((await here.admin.query('select from record.outbox')).rowCount).toBe(0)
    await until('all noted', () => relay.backlog().rows === 0)
    expect(relay.state()).toMatchObject({ mode: 'leading', stored: 9, sent: 9, behind: 0, failures: 0 })
  })

  it('have stored their leaves before anything is sent', async () => {
    let storedBefore = 0
    const bus = sendingThrough(here.bus, async () => {
      storedBefore = (await storedLeaves()).length
    })
    const relay = here.start({ bus })
    await relay.ready()
    await record(here.app, ...entries(1, 5))
    relay.wake()
    await received(here.bus, 5)
    expect(storedBefore).toBe(5)
  })

  it('share a round with what is committed within 25 ms after the one before', async () => {
    const { bus, pauses } = timing(here.bus)
    const relay = here.start({ bus })
    await relay.ready()
    for (let n = 1; pauses.length < 8; n++) {
      await record(here.app, entryOf(n))
      relay.wake()
    }
    expect(Math.min(...pauses)).toBeGreaterThan(24)
  })

  it('go in messages of at most 512 KiB', async () => {
    const large = (n: number) => Buffer.from(JSON.stringify({ id: n, large: 'x'.repeat(16_000) }))
    for (let n = 0; n < 8; n++) await record(here.app, ...Array.from({ length: 10 }, (_, at) => large(n * 10 + at)))
    here.start()
    const { verdicts } = await received(here.bus, 80)
    expect(verdicts).toEqual(Array(80).fill('accept'))
    const runs = (await messagesOn(here.bus)).filter(message => message.kind === 'run')
    expect(runs.length).toBeLessThan(6)
    for (const { leaves } of runs)
      expect(leaves.reduce((sum, leaf) => sum + leaf.bytes.length + 4, 0)).toBeLessThanOrEqual(524_288)
  })

  it('a signed head follows after 5 s and says when the next is due; an idle chain has one too', async () => {
    const relay = here.start()
    const heads = async () => (await messagesOn(here.bus)).filter(message => message.kind === 'head')
    await until('the head of an empty chain', async () => (await heads()).length === 1)
    expect(verifyHead((await heads())[0]!.note, key.publicKey)).toMatchObject({
      producer,
      ...emptyChain,
      hash: Buffer.alloc(32),
    })
    await record(here.app, entryOf(1))
    relay.wake()
    const { head } = await received(here.bus, 1)
    await until('a head', async () => (await heads()).length === 2, 8_000)
    const message = (await heads())[1]!
    expect(verifyHead(message.note, key.publicKey)).toMatchObject({ producer, ...head })
    expect(message.dueMs).toBe(10_000)
    const [first, second] = (await heads()).map(({ note }) => verifyHead(note, key.publicKey)!.signedAt!)
    expect(second! - first!).toBeGreaterThan(4_000)
  })
})

describe('two relays at once', () => {
  it('one leads, the other stands by and goes on with the same chain', async () => {
    const first = here.start()
    await first.ready()
    const second = here.start()
    await second.ready()
    expect([first.state().mode, second.state().mode]).toEqual(['leading', 'standby'])
    await record(here.app, ...entries(1, 4))
    first.wake()
    await received(here.bus, 4)
    await first.stop()
    await until('the second leads', () => second.state().mode === 'leading')
    await record(here.app, ...entries(5, 6))
    second.wake()
    expect((await received(here.bus, 6)).verdicts).toEqual(Array(6).fill('accept'))
  })
})

describe('what is asked for', () => {
  it('comes again in the same bytes, and says how far was sent', async () => {
    const relay = here.start()
    await relay.ready()
    await record(here.app, ...entries(1, 6))
    relay.wake()
    const { leaves } = await received(here.bus, 6)
    await ask(3n)
    await until('sent again', () => relay.state().sent === 10)
    const again = (await messagesOn(here.bus)).filter(message => message.kind === 'run').at(-1)!
    expect(again.leaves.map(leaf => leaf.bytes)).toEqual(leaves.slice(2).map(leaf => leaf.bytes))
    expect(again).toMatchObject({ seq: 6n, sent: 6n })
    expect(relay.state().asks).toBe(1)
    await record(here.app, entryOf(7))
    relay.wake()
    const { verdicts } = await received(here.bus, 7)
    expect(verdicts).toEqual([...Array(6).fill('accept'), ...Array(4).fill('duplicate'), 'accept'])
  })

  it('and was changed in the database meanwhile shows as an equivocation, in a run of its own that its neighbours do not depend on', async () => {
    const relay = here.start()
    await relay.ready()
    await record(here.app, ...entries(1, 3))
    relay.wake()
    await received(here.bus, 3)
    // As a superuser, who recomputes the hash too; the relay's role may not.
    const change = `update record.leaf set leaf = l.changed, hash = sha256(l.changed)
      from (select convert_to(replace(convert_from(leaf, 'UTF8'), 'entry 2', 'entry X'), 'UTF8') as changed from record.leaf where seq = 2) l where seq = 2`
    await expect(here.relay.query(change)).rejects.toThrow(/permission denied/)
    await here.admin.query(change)
    await ask(1n)
    await until('sent again', () => relay.state().sent === 6)
    await until('judged', async () => (await received(here.bus, 3)).verdicts.length === 6)
    expect((await received(here.bus, 3)).verdicts.slice(3)).toEqual(['duplicate', 'equivocation', 'duplicate'])
    const runs = (await messagesOn(here.bus)).filter(message => message.kind === 'run').slice(1)
    expect(runs.map(run => run.leaves.map(leaf => leaf.seq))).toEqual([[1n], [2n], [3n]])
  })

  it('and is gone from the database leaves a hole that shows, and the log of its producer says so', async () => {
    const log = testLog()
    const relay = here.start({ log })
    await relay.ready()
    await record(here.app, ...entries(1, 5))
    relay.wake()
    await received(here.bus, 5)
    await here.admin.query('delete from record.leaf where seq in (2, 3)')
    await ask(1n)
    await until('sent again', () => relay.state().sent === 8)
    const runs = (await messagesOn(here.bus)).filter(message => message.kind === 'run').slice(-2)
    expect(runs.map(run => run.leaves.map(leaf => leaf.seq))).toEqual([[1n], [4n, 5n]])
    expect(log.lines.find(line => line.level === 'error')).toMatchObject({ context: { from: '2', to: '3' } })
  })
})

describe('a topic that is empty while the database has sent before', () => {
  it('gets the head of the chain, and every leaf in the same bytes when it is asked for', async () => {
    const relay = here.start()
    await relay.ready()
    await record(here.app, ...entries(1, 3))
    relay.wake()
    const { leaves } = await received(here.bus, 3)
    await until('all noted', () => relay.backlog().rows === 0)
    await relay.stop()
    const bus = testBus('chain-anew')
    await bus.applyTopics(topicsOfChain)
    const again = here.start({ bus })
    await again.ready()
    await until('a head', async () => (await messagesOn(bus)).some(({ kind }) => kind === 'head'))
    expect(await messagesOn(bus)).toMatchObject([{ kind: 'head', seq: 3n }])
    await ask(1n, bus)
    expect((await received(bus, 3)).leaves.map(leaf => leaf.bytes)).toEqual(leaves.map(leaf => leaf.bytes))
    await again.stop()
    await bus.close()
  })
})

describe('a database that is older than what it has sent', () => {
  it('sends nothing and names the remedy', async () => {
    const relay = here.start()
    await relay.ready()
    await record(here.app, ...entries(1, 3))
    relay.wake()
    await received(here.bus, 3)
    await relay.stop()
    await here.admin.query('truncate record.leaf, record.chain, record.sent')
    await record(here.app, entryOf('of another history'))
    const restored = here.start()
    await expect(restored.ready()).rejects.toThrow(/haven epoch new/)
    await expect(restored.ready()).rejects.toBeInstanceOf(RelayRefused)
    expect((await messagesOn(here.bus)).filter(message => message.kind === 'run')).toHaveLength(1)
    expect((await here.admin.query('select from record.outbox')).rowCount).toBe(1)
  })

  it('notices another leaf at the same number, and begins a chain of its own in a new epoch', async () => {
    const relay = here.start()
    await relay.ready()
    await record(here.app, ...entries(1, 3))
    relay.wake()
    await received(here.bus, 3)
    await relay.stop()
    const other = createHash('sha256').update('other').digest()
    await here.admin.query("update record.leaf set leaf = 'other', hash = $1 where seq = 3", [other])
    await expect(here.start().ready()).rejects.toThrow(/different facts at number 3/)
    await record(here.app, entryOf(4))
    const next = here.start({ epoch: epoch + 1n })
    await next.ready()
    await until('the new chain', async () =>
      (await messagesOn(here.bus)).some(
        one => one.kind === 'run' && one.producer === `${service}/${epoch + 1n}` && one.leaves[0]!.seq === 1n,
      ),
    )
  })
})

describe('an outbox row that holds no entries', () => {
  it('stays, is named in the log, makes the backlog old, and holds up nobody else', async () => {
    const log = testLog()
    await record(here.app, entryOf(1))
    await here.app.query('insert into record.outbox (batch) values ($1)', [Buffer.from('no frame')])
    await record(here.app, Buffer.from('no entry'))
    await record(here.app, entryOf(2))
    const relay = here.start({ log, limits: { rows: 100, ageMs: 1_000 } })
    expect((await received(here.bus, 2)).leaves.map(leaf => leaf.entry.id)).toEqual(['entry 1', 'entry 2'])
    expect(relay.state().unreadable).toBe(2)
    await until('the backlog is full by age', () => relay.backlog().full)
    expect((await here.admin.query('select from record.outbox')).rowCount).toBe(2)
    expect(log.lines.filter(line => line.level === 'error')).not.toHaveLength(0)
    expect(JSON.stringify(log.lines)).not.toContain('no entry')
  })
})

describe('while Kafka is away', () => {
  it('entries wait, their number and age are counted up to the limits, and all of them arrive afterwards', async () => {
    let isAway = false
    const bus = sendingThrough(here.bus, async () => {
      if (isAway) throw new Error('the broker is away')
    })
    const relay = here.start({ bus, limits: { rows: 10, ageMs: 600_000 } })
    await relay.ready()
    isAway = true
    for (let n = 1; n <= 9; n++) await record(here.app, entryOf(n))
    relay.wake()
    await until('nine wait', () => relay.backlog().rows === 9)
    expect(relay.backlog().full).toBe(false)
    await record(here.app, entryOf(10))
    await until('the backlog is full', () => relay.backlog().full)
    expect(relay.backlog().oldestMs).toBeGreaterThan(0)
    isAway = false
    expect((await received(here.bus, 10)).verdicts.every(is => is === 'accept' || is === 'duplicate')).toBe(true)
    await until('nothing waits', () => relay.backlog().rows === 0 && !relay.backlog().full)
  })
})

describe('the roles of a service', () => {
  it('the app adds entries, and neither reads nor changes nor removes one', async () => {
    await record(here.app, entryOf(1))
    for (const sql of [
      'select 1 from record.outbox',
      'delete from record.outbox',
      "update record.outbox set batch = ''",
      'truncate record.outbox',
      'select 1 from record.leaf',
      'delete from record.leaf',
      'insert into record.chain values ($$x/1$$, 1, sha256($$x$$))',
    ])
      await expect(here.app.query(sql), sql).rejects.toThrow(/permission denied/)
  })

  it('the relay changes and removes no leaf, and adds no entry', async () => {
    for (const sql of [
      "update record.leaf set leaf = 'x'",
      'delete from record.leaf',
      'truncate record.leaf',
      "insert into record.outbox (batch) values ('x')",
      "update record.outbox set batch = 'x'",
    ])
      await expect(here.relay.query(sql), sql).rejects.toThrow(/permission denied/)
  })

  it('a leaf whose hash is another one is not stored by anybody', async () => {
    const sql = "insert into record.leaf values ('intake/1', 1, sha256(''), 'leaf', sha256('other'), now())"
    await expect(here.admin.query(sql)).rejects.toThrow(/leaf_hash_check/)
  })

  it('the topic is the one that the contracts say', async () => {
    here.start()
    await until('a head', async () => (await here.bus.lastRecord(accessTopicOf(service), 0)) !== null)
  })
})
