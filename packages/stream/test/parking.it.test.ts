import { testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { derivedId } from '../src/facts/derived-id.ts'
import { listParked, requestParked } from '../src/parked/parked.ts'
import { Poison, type ReceivedFact } from '../src/types.ts'
import { effects, emit, insertEffect, readerOf, relayOf, type TestTx, thing, things, until } from './harness.ts'
import { stand } from './stand.ts'

const here = stand()

/** An effect that fails for key `a` from number `from` on while `isBroken`. */
function breaking(from: number, isBroken: () => boolean, error = () => new Poison('thing-unknown') as Error) {
  return async (fact: ReceivedFact, work: { tx: TestTx }) => {
    if (isBroken() && fact.key === 'a' && Number(fact.data?.n) >= from) throw error()
    await insertEffect(work.tx, fact)
  }
}

async function sendThings(keys: string[], from: number, to: number): Promise<void> {
  const relay = here.start(relayOf(here.owner, here.bus))
  await relay.ready()
  for (let n = from; n <= to; n++)
    await emit(
      here.owner,
      keys.map(key => thing(key, n)),
    )
  relay.wake()
}

const numbersOf = async (key: string) => (await effects(here.reader)).filter(one => one.key === key).map(one => one.n)
const parked = () => listParked(here.reader.app)

describe('a poison event', () => {
  it('is parked with its key, other keys go on, and a redrive restores the order', async () => {
    let isBroken = true
    const log = testLog()
    const consumer = here.start(readerOf(here.reader, here.bus, { effect: breaking(2, () => isBroken), log }))
    await sendThings(['a', 'b', 'c', 'd'], 1, 4)
    await until('all seen', () => consumer.state().applied + consumer.state().parked === 16)
    expect(await numbersOf('a')).toEqual([1])
    expect(await numbersOf('b')).toEqual([1, 2, 3, 4])
    const waiting = await parked()
    expect(waiting.map(one => [one.key, one.cause])).toEqual([
      ['a', 'thing-unknown'],
      ['a', 'behind-parked'],
      ['a', 'behind-parked'],
    ])
    expect(JSON.stringify(log.lines.filter(line => line.level === 'error'))).toContain('thing-unknown')
    // A redrive that fails again changes nothing but its count.
    expect(await requestParked(here.reader.app, waiting[0]!.id, 'redrive', 'operator')).toBe(true)
    await until('the attempt', async () => (await parked())[0]?.attempts === 2)
    expect(await parked()).toMatchObject([{ requested: null }, { requested: null }, { requested: null }])
    isBroken = false
    // Asked for out of turn, an event waits for those before it.
    await requestParked(here.reader.app, waiting[2]!.id, 'redrive', 'operator')
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(await numbersOf('a')).toEqual([1])
    await requestParked(here.reader.app, waiting[0]!.id, 'redrive', 'operator')
    await until('the key', async () => (await parked()).length === 0)
    expect(await numbersOf('a')).toEqual([1, 2, 3, 4])
    await emit(here.owner, [thing('a', 5)])
    await until('the next event', async () => (await numbersOf('a')).length === 5)
    expect(consumer.state()).toMatchObject({ redriven: 3, asks: 0 })
  })

  it('can be dropped, which the service is told, and what is behind it follows', async () => {
    const told: string[] = []
    const consumer = here.start(
      readerOf(here.reader, here.bus, {
        effect: async (fact, work) => {
          if (fact.data?.n === 1) throw new Poison('thing-unknown')
          await insertEffect(work.tx, fact)
        },
        onParked: async (fact, cause, work) => {
          told.push(`${cause} ${fact.data?.n}`)
          work.collect({ ...thing('answer', 1), id: derivedId(fact.id, 'held'), causedBy: fact.id })
        },
        onDropped: async fact => {
          told.push(`dropped ${fact.data?.n}`)
        },
      }),
    )
    await sendThings(['a'], 1, 2)
    await until('two parked', () => consumer.state().parked === 2)
    const held = await here.reader.admin.query('select caused_by from stream.fact')
    expect(held.rowCount).toBe(2)
    await requestParked(here.reader.app, (await parked())[0]!.id, 'drop', 'operator')
    await until('the one behind', async () => (await numbersOf('a')).length === 1)
    expect(await numbersOf('a')).toEqual([2])
    expect(told).toEqual(['thing-unknown 1', 'behind-parked 2', 'dropped 1'])
    expect(await requestParked(here.reader.app, '999', 'drop', 'operator')).toBe(false)
    expect(await requestParked(here.reader.app, "1' or true", 'drop', 'operator')).toBe(false)
  })

  it('which cannot be read at all is parked too, and its data are in no log', async () => {
    const log = testLog()
    const told: string[] = []
    const onParked = async (fact: ReceivedFact, cause: string) => {
      told.push(`${cause} ${fact.id} ${fact.data}`)
    }
    const consumer = here.start(readerOf(here.reader, here.bus, { log, onParked }))
    const publisher = await here.bus.connectPublisher()
    const headers = {
      'haven-stream': `streamtest/5/${things}/0`,
      'haven-seq': '1',
      ce_id: '00000000-0000-7000-8000-000000000001',
    }
    const value = Buffer.from('{"name": Elvan')
    await publisher.send([{ topic: things, partition: 0, records: [{ key: 'k', headers, value }] }])
    await until('it is parked', () => consumer.state().parked === 1)
    expect(await parked()).toMatchObject([{ cause: 'event-malformed', seq: 1n, key: 'k' }])
    expect(told).toEqual(['event-malformed 00000000-0000-7000-8000-000000000001 null'])
    expect(JSON.stringify(log.lines)).not.toContain('Elvan')
  })
})

describe('a failure that is perhaps not the event’s', () => {
  it('is tried four times before the event is parked', async () => {
    let tries = 0
    const consumer = here.start(
      readerOf(here.reader, here.bus, {
        effect: async () => {
          tries++
          throw new TypeError('a bug')
        },
      }),
    )
    await sendThings(['a'], 1, 1)
    await until('it is parked', () => consumer.state().parked === 1)
    expect(tries).toBe(4)
    expect(await parked()).toMatchObject([{ cause: 'effect-failed' }])
  })

  it('of the database’s is tried until it ends, and the event is not parked', async () => {
    let tries = 0
    const away = Object.assign(new Error('the database system is shutting down'), { code: '57P03' })
    const consumer = here.start(
      readerOf(here.reader, here.bus, {
        effect: async (fact, work) => {
          if (++tries <= 4) throw away
          await insertEffect(work.tx, fact)
        },
      }),
    )
    await sendThings(['a'], 1, 1)
    await until('it is applied', () => consumer.state().applied === 1)
    expect(consumer.state()).toMatchObject({ parked: 0, failures: 4 })
  })
})
