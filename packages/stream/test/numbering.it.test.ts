import { setTimeout as sleep } from 'node:timers/promises'
import { sqlStateOf } from '@haven/db'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStreams } from '../src/relay/open-streams.ts'
import { numberFacts, readStreams } from '../src/relay/statements.ts'
import { assignNumbers } from '../src/steps/numbering.ts'
import { emit, type StreamDatabase, streamDatabase, testTopics, thing, unitOfWorkOn, until } from './harness.ts'

let database: StreamDatabase
let epoch: bigint
beforeAll(async () => {
  database = await streamDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.admin.query(
    'truncate stream.fact, stream.unsent, stream.numbered, stream.stream, stream.sent restart identity',
  )
  ;({ epoch } = await openStreams({ pool: database.relay, service: 'streamtest', topics: testTopics }))
})

async function numberAsRelay(atMost?: number) {
  const client = await database.relay.connect()
  try {
    return await numberFacts(client, epoch, atMost)
  } finally {
    client.release()
  }
}

async function numbered(): Promise<{ stream: number; seq: bigint; id: bigint; key: string }[]> {
  const { rows } = await database.admin.query(
    'select n.stream, n.seq, n.fact_id as id, f.key from stream.numbered n join stream.fact f on f.id = n.fact_id order by n.stream, n.seq',
  )
  return rows.map(row => ({ ...row, seq: BigInt(row.seq), id: BigInt(row.id) }))
}

function isContiguous(rows: { stream: number; seq: bigint }[]): boolean {
  return [...Map.groupBy(rows, row => row.stream).values()].every(own =>
    own.every((row, at) => row.seq === BigInt(at + 1)),
  )
}

describe('numbering', () => {
  it('does what its step says, however the facts are cut into rounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        async (transactions, atMost) => {
          const before = await readStreams(database.relay, 'streamtest')
          const known = (await numbered()).length
          for (const keys of transactions)
            await emit(
              database,
              keys.map(key => thing(key, 1)),
            )
          const { rows } = await database.admin.query<{ id: string; stream: number }>(
            'select u.fact_id as id, s.id as stream from stream.unsent u join stream.stream s on s.topic = u.topic and s.part = u.part',
          )
          const facts = rows.map(row => ({ id: BigInt(row.id), stream: row.stream }))
          const expected = assignNumbers(facts, new Map(before.map(row => [row.id, row.next])), facts.length)
          while ((await numberAsRelay(atMost)).length > 0) {}
          const all = await numbered()
          expect(all.length).toBe(known + facts.length)
          for (const one of expected) expect(all).toContainEqual(expect.objectContaining(one))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('two relays at once without a lease leave no gap and no inversion while writers commit late', async () => {
    let writing = true
    const refused: (string | undefined)[] = []
    const relay = async () => {
      while (writing || (await database.admin.query('select 1 from stream.unsent limit 1')).rowCount) {
        await numberAsRelay(7).catch(error => refused.push(sqlStateOf(error)))
      }
    }
    let written = 0
    const writer = async (key: string) => {
      // On a busy machine the relays may take a while to meet.
      for (let n = 1; n <= 40 || (refused.length === 0 && n <= 1_000); n++) {
        await unitOfWorkOn(database.app)(async work => {
          // The aggregate's row lock, as a service takes it.
          await work.tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtext($1))', key)
          work.collect(thing(key, n))
          if (n % 5 === 0) await sleep(5)
        })
        written++
      }
    }
    const relays = [relay(), relay()]
    await Promise.all(['a', 'b', 'c', 'd', 'a', 'b'].map(writer))
    writing = false
    await Promise.all(relays)
    const rows = await numbered()
    expect(rows.length).toBe(written)
    expect(isContiguous(rows)).toBe(true)
    for (const own of Map.groupBy(rows, row => row.key).values()) {
      expect(own.every((row, at) => at === 0 || row.id > own[at - 1]!.id)).toBe(true)
    }
    // Who came second was refused by a key or a deadlock and by nothing else; whether any was is the machine's choice, hence the next test.
    expect(refused.every(state => state === '23505' || state === '40P01' || state === '55P03')).toBe(true)
  })

  it('the second of two relays that read the same last number is refused by the key, and leaves nothing', async () => {
    await emit(
      database,
      [1, 2, 3].map(n => thing('a', n)),
    )
    const [first, second] = [await database.relay.connect(), await database.relay.connect()]
    try {
      await second.query("set lock_timeout = '10s'; set statement_timeout = '10s'")
      await first.query('begin')
      await numberFacts(first, epoch, 1)
      const refusal = numberFacts(second, epoch, 3).then(() => 'numbered', sqlStateOf)
      await until('the second waits for the first', async () => {
        const { rowCount } = await database.admin.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        return rowCount === 1
      })
      await first.query('commit')
      expect(await refusal).toBe('23505')
    } finally {
      first.release(true)
      second.release(true)
    }
    expect((await numbered()).map(row => row.seq)).toEqual([1n])
    await numberAsRelay()
    expect((await numbered()).map(row => row.seq)).toEqual([1n, 2n, 3n])
  })

  it('a transaction that rolls back leaves no gap', async () => {
    await emit(database, [thing('a', 1)])
    await unitOfWorkOn(database.app)(async work => {
      work.collect(thing('a', 2))
      throw new Error('refused')
    }).catch(() => undefined)
    await emit(database, [thing('a', 3)])
    await numberAsRelay()
    expect((await numbered()).map(row => row.seq)).toEqual([1n, 2n])
  })

  it('a fact whose stream has no row stops numbering loudly and loses nothing', async () => {
    await emit(database, [thing('a', 1)])
    await database.admin.query('truncate stream.stream, stream.sent')
    await expect(numberAsRelay()).rejects.toMatchObject({ code: '23502' })
    expect((await database.admin.query('select 1 from stream.unsent')).rowCount).toBe(1)
  })

  it('emitting a fact twice writes it once and queues it once', async () => {
    const fact = { ...thing('a', 1), id: '00000000-0000-8000-8000-000000000001' }
    await emit(database, [fact])
    await numberAsRelay()
    await emit(database, [fact, thing('a', 2)])
    await numberAsRelay()
    expect((await numbered()).map(row => row.seq)).toEqual([1n, 2n])
    expect((await database.admin.query('select 1 from stream.unsent')).rowCount).toBe(0)
  })

  it('streams are opened once, in one epoch, by whoever comes first', async () => {
    let now = 1_000
    const clock = { now: () => now++ }
    const open = () => openStreams({ pool: database.relay, service: 'streamtest', topics: testTopics, clock })
    for (let round = 0; round < 5; round++) {
      await database.admin.query('truncate stream.stream, stream.sent')
      const epochs = await Promise.all(Array.from({ length: 6 }, open))
      expect(new Set(epochs.map(one => one.epoch)).size).toBe(1)
      const streams = await readStreams(database.relay, 'streamtest')
      expect(streams.map(one => one.name.partition).sort()).toEqual([0, 1, 2])
    }
  })
})

describe('the roles of a service', () => {
  it('the relay reads facts and changes none, and has no business with places and parked events', async () => {
    await expect(database.relay.query('update stream.fact set data = null')).rejects.toMatchObject({ code: '42501' })
    await expect(database.relay.query('select 1 from stream.place')).rejects.toMatchObject({ code: '42501' })
    await expect(database.relay.query('select 1 from stream.parked')).rejects.toMatchObject({ code: '42501' })
    await expect(database.relay.query('select 1 from streamtest.effect')).rejects.toMatchObject({ code: '42501' })
  })

  it('the app writes facts, takes none back, and numbers none', async () => {
    await expect(database.app.query('delete from stream.fact')).rejects.toMatchObject({ code: '42501' })
    await expect(database.app.query('update stream.fact set data = null')).rejects.toMatchObject({ code: '42501' })
    await expect(database.app.query('delete from stream.unsent')).rejects.toMatchObject({ code: '42501' })
    await expect(database.app.query('update stream.stream set next = 0')).rejects.toMatchObject({ code: '42501' })
    await expect(database.app.query('update stream.sent set sent = 0')).rejects.toMatchObject({ code: '42501' })
  })
})
