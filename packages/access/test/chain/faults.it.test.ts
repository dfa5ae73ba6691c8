import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { emptyChain, extend } from '../../src/chain/leaf.ts'
import { storeLeaves, takeBatches } from '../../src/chain/statements.ts'
import { entryOf, epoch, follow, key, messagesOn, producer, received, record, service, stand, until } from './stand.ts'

const here = stand()

/** A relay in another process. */
function spawnRelay(hangs: boolean): ChildProcessByStdio<null, Readable, null> {
  const program = new URL('relay-child.ts', import.meta.url).pathname
  const { brokers, prefix } = here.bus
  const privateKey = key.privateKey.export({ format: 'pem', type: 'pkcs8' })
  const settings = { url: here.database.relay, brokers, prefix, service, epoch: String(epoch), privateKey, hangs }
  return spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'ignore'] })
}

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `entry ${from + at}`)

describe('a relay that is killed between storing and sending', () => {
  it('leaves a chain that the next one sends as it was stored, each entry once', async () => {
    const child = spawnRelay(true)
    try {
      await record(here.app, ...[1, 2, 3].map(entryOf))
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      const { rows } = await here.admin.query<{ leaf: Buffer }>('select leaf from record.leaf order by seq')
      expect(rows).toHaveLength(3)
      expect((await messagesOn(here.bus)).filter(message => message.kind === 'run')).toEqual([])
      await record(here.app, entryOf(4))
      here.start()
      const { leaves, verdicts } = await received(here.bus, 4)
      expect(verdicts).toEqual(Array(4).fill('accept'))
      expect(leaves.slice(0, 3).map(leaf => leaf.bytes)).toEqual(rows.map(row => row.leaf))
      expect(leaves.map(leaf => leaf.entry.id)).toEqual(ids(1, 4))
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('relays that are killed again and again', () => {
  it('send every entry, contiguous and without a fork', async () => {
    let written = 0
    const children = []
    for (let life = 0; life < 4; life++) {
      const child = spawnRelay(false)
      children.push(child)
      child.stdout.resume()
      const killAt = Date.now() + 900 + life * 130
      while (Date.now() < killAt) {
        await record(here.app, entryOf(++written), entryOf(++written))
        await sleep(4)
      }
      child.kill('SIGKILL')
    }
    here.start()
    const { leaves, verdicts } = await received(here.bus, written)
    expect(verdicts.every(is => is === 'accept' || is === 'duplicate')).toBe(true)
    expect(leaves.map(leaf => leaf.entry.id)).toEqual(ids(1, written))
  })
})

describe('a relay that is stopped and wakes again', () => {
  it('has lost its lease after 3 s, and as a zombie it forks nothing', async () => {
    const child = spawnRelay(false)
    try {
      await record(here.app, entryOf(1))
      await once(child.stdout, 'data')
      child.stdout.resume()
      child.kill('SIGSTOP')
      const relay = here.start()
      await until('the other leads', () => relay.state().mode === 'leading', 10_000)
      for (let n = 2; n <= 30; n++) {
        if (n === 8) child.kill('SIGCONT')
        await record(here.app, entryOf(n))
        relay.wake()
        await sleep(15)
      }
      const { leaves, verdicts } = await received(here.bus, 30)
      expect(leaves.map(leaf => leaf.entry.id)).toEqual(ids(1, 30))
      expect(verdicts.every(is => is === 'accept' || is === 'duplicate')).toBe(true)
      expect(relay.state().mode).toBe('leading')
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('two relays at once without a lease', () => {
  it('store one chain: who comes second is refused and its entries stay in the outbox', async () => {
    await here.admin.query('insert into record.chain values ($1, 0, $2)', [producer, emptyChain.hash])
    await record(here.app, entryOf(1))
    const [first, second] = [await here.relay.connect(), await here.relay.connect()]
    try {
      const leavesOf = (id: number) =>
        extend(producer, emptyChain, [entryOf(id)]).leaves.map(leaf => ({ ...leaf, writtenAt: new Date() }))
      await first.query('begin')
      expect(await takeBatches(first, [])).toHaveLength(1)
      expect(await storeLeaves(first, producer, emptyChain, leavesOf(1))).toBe(true)
      await record(here.app, entryOf(2))
      await second.query('begin')
      // Waits for the first one's rows, and finds them gone.
      const taking = takeBatches(second, [])
      await sleep(50)
      await first.query('commit')
      expect((await taking).length).toBeLessThanOrEqual(1)
      expect(await storeLeaves(second, producer, emptyChain, leavesOf(2))).toBe(false)
      await second.query('rollback')
    } finally {
      first.release()
      second.release()
    }
    here.start()
    const { leaves, verdicts } = await received(here.bus, 2)
    expect(verdicts).toEqual(['accept', 'accept'])
    expect(leaves.map(leaf => leaf.entry.id)).toEqual(ids(1, 2))
  })

  it('a bit that flips on the way to the table fails the transaction', async () => {
    await here.admin.query('insert into record.chain values ($1, 0, $2)', [producer, emptyChain.hash])
    const client = await here.relay.connect()
    try {
      const [leaf] = extend(producer, emptyChain, [entryOf(1)]).leaves
      const flipped = Buffer.from(leaf!.bytes)
      flipped[20]! ^= 1
      const storing = storeLeaves(client, producer, emptyChain, [{ ...leaf!, bytes: flipped, writtenAt: new Date() }])
      await expect(storing).rejects.toThrow(/leaf_hash_check/)
      expect((await here.admin.query('select seq from record.chain')).rows).toEqual([{ seq: '0' }])
    } finally {
      client.release()
    }
  })
})

describe('a database that is away', () => {
  it('ends every session and the relay begins anew with the same chain', async () => {
    const relay = here.start()
    await relay.ready()
    for (let n = 1; n <= 40; n++) {
      await record(here.app, entryOf(n))
      relay.wake()
      if (n % 10 === 0)
        await here.admin.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'intake_relay'",
        )
    }
    await until('forty', async () => follow(await messagesOn(here.bus)).leaves.length === 40)
    const { leaves, verdicts } = follow(await messagesOn(here.bus))
    expect(verdicts.every(is => is === 'accept' || is === 'duplicate')).toBe(true)
    expect(leaves.map(leaf => leaf.entry.id)).toEqual(ids(1, 40))
  })
})
