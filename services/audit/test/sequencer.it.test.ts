import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAlarm } from '../src/domain/findings.ts'
import { HeadMoved } from '../src/store/log.ts'
import { chainOf, chainWith, entryOf, leafAfter } from './leaves.ts'
import { ledger, messageOf } from './ledger.ts'

let world: Awaited<ReturnType<typeof ledger>>
beforeEach(async () => {
  world = await ledger()
})
afterEach(() => world.close())

const subject = '0196f000-0000-7000-8000-000000000001'
const other = '0196f000-0000-7000-8000-000000000002'

test('stores exactly the bytes that arrived, contiguous by index, with what they are found by', async () => {
  const leaves = chainOf(5, { subjects: [subject, other] })
  await world.sequencer().submit([messageOf(leaves)])
  expect(await world.leaves()).toEqual(leaves.map(({ bytes }) => Buffer.from(bytes)))
  expect(await world.count('query.access_event')).toBe(5)
  expect(await world.count('query.access_subject')).toBe(10)
  expect(await world.count('query.access_event_other')).toBe(0)
})

test('what comes again is stored once: within a batch, after it, and after a new start', async () => {
  const leaves = chainOf(40)
  const first = world.sequencer()
  await Promise.all([
    first.submit([messageOf(leaves), messageOf(leaves.slice(0, 20))]),
    first.submit([messageOf(leaves)]),
  ])
  await world.sequencer().submit([messageOf(leaves.slice(10, 40))])
  expect(await world.leaves()).toHaveLength(40)
  expect(world.found).toEqual([])
})

test('a batch closes at 1,024 entries without waiting, and holds several producers', async () => {
  const started = performance.now()
  const sequencer = world.sequencer()
  await sequencer.begin()
  const all = ['intake/1', 'gateway/1', 'intake/2'].map(producer => chainOf(400, {}, producer))
  await Promise.all(all.map(leaves => sequencer.submit([messageOf(leaves)])))
  expect(await world.leaves()).toHaveLength(1_200)
  expect(sequencer.counters.batches).toBe(1)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('of two that append, the one that is behind is told and stores nothing', async () => {
  const [leader, zombie] = [world.sequencer(), world.sequencer()]
  const leaves = chainOf(6)
  await zombie.submit([messageOf(leaves.slice(0, 2))])
  await leader.submit([messageOf(leaves.slice(0, 4))])
  await expect(zombie.submit([messageOf(leaves.slice(2, 6))])).rejects.toThrow(HeadMoved)
  await expect(zombie.submit([messageOf(leaves)])).rejects.toThrow(HeadMoved)
  await leader.submit([messageOf(leaves)])
  expect(await world.leaves()).toHaveLength(6)
})

test('a batch that fails on its way is repeated whole, and nothing of it stands twice', async () => {
  const sequencer = world.sequencer()
  const leaves = chainOf(3)
  await world.admin.query('alter table query.access_event rename to moved')
  const submitted = sequencer.submit([messageOf(leaves)])
  await expect.poll(() => sequencer.counters.failures, { timeout: 10_000 }).toBeGreaterThan(0)
  expect(await world.leaves()).toEqual([])
  await world.admin.query('alter table query.moved rename to access_event')
  await submitted
  expect(await world.leaves()).toHaveLength(3)
})

test('a bit that flips between hashing and storing is noticed before anything stands', async () => {
  await world.admin.query(
    `create function public.flip() returns trigger language plpgsql as $$ begin new.leaf := set_bit(new.leaf, 9, 1 - get_bit(new.leaf, 9)); return new; end $$`,
  )
  await world.admin.query(
    'create trigger flip before insert on ledger.entry for each row execute function public.flip()',
  )
  const sequencer = world.sequencer()
  const submitted = sequencer.submit([messageOf(chainOf(2))])
  await expect.poll(() => sequencer.counters.failures, { timeout: 10_000 }).toBeGreaterThan(0)
  expect(await world.leaves()).toEqual([])
  await world.admin.query('drop trigger flip on ledger.entry')
  await submitted
  expect(await world.leaves()).toHaveLength(2)
})

test('an equivocation is kept as evidence with one alarm and one entry of its own, however often it is said', async () => {
  const sequencer = world.sequencer()
  const leaves = chainOf(4)
  await sequencer.submit([messageOf(leaves)])
  const forged = leafAfter(leaves[1]!, { action: 'case.read' })
  for (let times = 0; times < 2; times++) await sequencer.submit([messageOf([forged])])
  expect(world.found).toEqual([{ producer: 'intake/1', reason: 'equivocation', seq: 3n }])
  expect(await world.count('record.outbox')).toBe(1)
  expect((await world.admin.query('select bytes from ledger.evidence')).rows).toEqual([
    { bytes: Buffer.from(forged.bytes) },
  ])
  expect(await world.leaves()).toHaveLength(4)
})

test('of a run that somebody exchanged on the way nothing is stored; it is evidence with one alarm, and its numbers are asked for', async () => {
  const sequencer = world.sequencer()
  const leaves = chainOf(6)
  await sequencer.submit([messageOf(leaves.slice(0, 2))])
  const exchanged = leaves.with(3, leafAfter(leaves[2]!, { action: 'case.read' }))
  for (let times = 0; times < 2; times++) await sequencer.submit([messageOf(exchanged.slice(2))])
  expect(await world.leaves()).toHaveLength(2)
  expect(world.found).toEqual([{ producer: 'intake/1', reason: 'exchanged', seq: 4n }])
  expect(await world.count('record.outbox')).toBe(1)
  expect((await world.admin.query('select kind, bytes from ledger.evidence')).rows).toEqual([
    { kind: 'exchanged', bytes: Buffer.from(exchanged[3]!.bytes) },
  ])
  expect(sequencer.missing()).toEqual([{ producer: 'intake/1', from: 3n }])
  await sequencer.submit([messageOf(leaves.slice(2))])
  expect(await world.leaves()).toEqual(leaves.map(({ bytes }) => Buffer.from(bytes)))
  expect(sequencer.missing()).toEqual([])
})

test('of something that is no leaves, under a head that was signed, the bytes are evidence and the numbers are asked for', async () => {
  const sequencer = world.sequencer()
  const leaves = chainOf(3)
  const [bytes, hash] = [Buffer.from('nonsense'), leaves[0]!.hash]
  for (let times = 0; times < 2; times++)
    await sequencer.submit([{ ...messageOf(leaves), leaves: [], unreadable: { bytes, hash } }])
  expect(world.found).toEqual([{ producer: 'intake/1', reason: 'exchanged', seq: 3n }])
  expect((await world.admin.query('select bytes from ledger.evidence')).rows).toEqual([{ bytes }])
  expect(sequencer.missing()).toEqual([{ producer: 'intake/1', from: 1n }])
})

test('a gap is asked for, then gone behind with an entry, and closed with one when it is filled after a restart', async () => {
  const leaves = chainOf(9)
  const sequencer = world.sequencer()
  await sequencer.submit([messageOf(leaves.slice(0, 3))])
  await sequencer.submit([messageOf(leaves.slice(5))])
  expect(sequencer.missing()).toEqual([{ producer: 'intake/1', from: 4n }])
  expect(await world.leaves()).toHaveLength(3)
  world.clock.at += 30_000
  await sequencer.submit([messageOf(leaves.slice(5))])
  expect(await world.leaves()).toHaveLength(7)
  await sequencer.stop()
  const next = world.sequencer()
  await next.begin()
  expect(next.missing()).toEqual([{ producer: 'intake/1', from: 4n }])
  await next.submit([messageOf(leaves.slice(3))])
  expect(next.missing()).toEqual([])
  expect(world.ofChains().map(({ reason, seq }) => [reason, seq])).toEqual([
    ['gap-opened', 4n],
    ['gap-filled', 4n],
  ])
  expect(await world.count('record.outbox')).toBe(2)
  expect((await world.leaves()).length).toBe(9)
})

test('a gap is given up after a day with an entry; what comes all the same is appended and says so', async () => {
  const leaves = chainOf(9)
  const sequencer = world.sequencer()
  await sequencer.submit([messageOf(leaves.slice(0, 3))])
  await sequencer.submit([messageOf(leaves.slice(6))])
  world.clock.at += 30_000
  await sequencer.submit([messageOf(leaves.slice(6))])
  world.clock.at += 86_400_000 - 1
  await sequencer.listen()
  expect(sequencer.missing()).toEqual([{ producer: 'intake/1', from: 4n }])
  world.clock.at += 1
  await sequencer.listen()
  await sequencer.listen()
  expect(sequencer.missing()).toEqual([])
  await sequencer.stop()
  const next = world.sequencer()
  await next.begin()
  expect(next.missing()).toEqual([])
  await next.submit([messageOf(leaves.slice(3, 5))])
  const gap = 'select next_seq::int as next, until_seq::int as until, outcome from ledger.gap'
  expect((await world.admin.query(gap)).rows).toEqual([{ next: 6, until: 6, outcome: 'given-up' }])
  await next.submit([messageOf(leaves.slice(5, 6))])
  expect((await world.admin.query(gap)).rows).toEqual([{ next: 7, until: 6, outcome: 'filled' }])
  const ofGap = world.ofChains().filter(({ reason }) => reason.startsWith('gap'))
  expect(ofGap.map(({ reason, seq }) => [reason, seq])).toEqual([
    ['gap-opened', 4n],
    ['gap-given-up', 4n],
    ['gap-late-arrival', 4n],
    ['gap-late-arrival', 4n],
    ['gap-filled', 4n],
  ])
  expect(ofGap.map(isAlarm)).toEqual([true, true, false, false, false])
  expect((await world.leaves()).length).toBe(9)
})

test('a gap is written once a batch, however many leaves of it arrive', async () => {
  const leaves = chainOf(300)
  const sequencer = world.sequencer()
  await sequencer.submit([messageOf(leaves.slice(0, 1)), messageOf(leaves.slice(299))])
  world.clock.at += 30_000
  await sequencer.submit([messageOf(leaves.slice(299))])
  await world.admin.query(
    `create table public.written ();
     create function public.count() returns trigger security definer language plpgsql as $$ begin insert into public.written default values; return new; end $$;
     create trigger written after update on ledger.gap for each row execute function public.count()`,
  )
  await sequencer.submit([messageOf(leaves.slice(1, 101)), messageOf(leaves.slice(101, 200))])
  expect(await world.count('public.written')).toBe(1)
  const gap = 'select next_seq::int as next, until_seq::int as until from ledger.gap'
  expect((await world.admin.query(gap)).rows).toEqual([{ next: 201, until: 299 }])
})

test('a leaf between two deleted ones is in the log: what is missing below and above it are gaps of their own, given up or not', async () => {
  const leaves = chainOf(12)
  const sequencer = world.sequencer()
  await sequencer.submit([messageOf(leaves.slice(0, 2)), messageOf(leaves.slice(11))])
  world.clock.at += 30_000
  await sequencer.submit([messageOf(leaves.slice(11)), messageOf(leaves.slice(5, 7))])
  world.clock.at += 86_400_000
  await sequencer.listen()
  await sequencer.submit([messageOf(leaves.slice(8, 10))])
  const gaps = `select first_seq::int as first, next_seq::int as next, until_seq::int as until, outcome from ledger.gap order by 1`
  const left = [
    { first: 3, next: 3, until: 5, outcome: 'given-up' },
    { first: 8, next: 8, until: 8, outcome: 'given-up' },
    { first: 11, next: 11, until: 11, outcome: 'given-up' },
  ]
  expect((await world.admin.query(gaps)).rows).toEqual(left)
  await sequencer.stop()
  const next = world.sequencer()
  await next.submit([messageOf(leaves.slice(2))])
  expect((await world.leaves()).length).toBe(12)
  expect((await world.admin.query('select distinct outcome from ledger.gap')).rows).toEqual([{ outcome: 'filled' }])
  expect(await world.count('ledger.evidence')).toBe(0)
})

test('a producer that falls silent is noticed once, and once when it is heard again', async () => {
  const sequencer = world.sequencer()
  const leaves = chainOf(2)
  await sequencer.submit([messageOf(leaves.slice(0, 1))])
  await world.listen(sequencer, 19_000)
  expect(world.found).toEqual([])
  await world.listen(sequencer, 1_500)
  await sequencer.listen()
  await sequencer.submit([messageOf(leaves)])
  expect(world.found.map(({ reason }) => reason)).toEqual(['producer-silent', 'producer-heard-again'])
  expect(await world.count('record.outbox')).toBe(2)
})

test('a head that is sent again hides no silence, neither from the leader that heard it nor from the next', async () => {
  const signedAt = world.clock.at
  const leaves = chainOf(1)
  const head = messageOf(leaves, undefined, signedAt)
  const sequencer = world.sequencer()
  await sequencer.submit([head])
  await world.listen(sequencer, 15_000)
  await sequencer.submit([head])
  await world.listen(sequencer, 5_500)
  const silent = ['producer-silent']
  expect(world.found.map(({ reason }) => reason)).toEqual(silent)
  const next = world.sequencer()
  await next.submit([head])
  expect(world.found.map(({ reason }) => reason)).toEqual(silent)
  await next.submit([messageOf(leaves, undefined, signedAt + 1)])
  expect(world.found.map(({ reason }) => reason)).toEqual([...silent, 'producer-heard-again'])
})

test('a leader that begins gives an idle producer its longest pause before it calls it silent', async () => {
  await world.sequencer().submit([messageOf(chainOf(1))])
  world.clock.at += 600_000
  const next = world.sequencer()
  await next.begin()
  await world.listen(next, 74_000)
  expect(world.found).toEqual([])
  await world.listen(next, 1_000)
  expect(world.found.map(({ reason }) => reason)).toEqual(['producer-silent'])
})

describe('a service whose database was restored', () => {
  const opened = Date.now()
  const madeAt = (ms: number) => entryOf({ subjects: [subject], occurredAt: new Date(opened + ms).toISOString() })
  const [before, after] = [[-9_000, -8_000, -7_000].map(madeAt), [7_200_000, 7_300_000].map(madeAt)]
  const old = chainWith(before, `intake/${opened - 86_400_000}`)
  // What lay in the outbox when the backup was made is chained again, and what follows is new.
  const renewed = chainWith([...before.slice(1), ...after], `intake/${opened}`)

  test.each([
    ['in batches of their own', [[old], [renewed]]],
    ['in one batch', [[old, renewed]]],
    ['the old chain last, as after a replay', [[renewed], [old]]],
  ])('has both its chains whole in the log, and each entry is found once: %s', async (_, batches) => {
    const sequencer = world.sequencer()
    for (const batch of batches) await sequencer.submit(batch.map(leaves => messageOf(leaves)))
    const stored = (await world.leaves()).map(leaf => leaf.toString('base64'))
    const made = [...old, ...renewed].map(({ bytes }) => Buffer.from(bytes).toString('base64'))
    expect(stored.sort()).toEqual(made.sort())
    expect(await world.count('query.access_event')).toBe(5)
    expect(await world.count('query.access_subject')).toBe(5)
    const { rows } = await world.admin.query(
      `select count(*)::int as repeats, count(distinct e.id)::int as ids
       from query.repeated r join query.access_event e on e.idx = r.first_idx`,
    )
    expect(rows).toEqual([{ repeats: 2, ids: 2 }])
    expect(world.found).toEqual([])
  })

  test('and says something else under the id of an entry is heard as well as the entry', async () => {
    const sequencer = world.sequencer()
    const other = { ...before[0]!, outcome: 'denied' }
    await sequencer.submit([messageOf(old), messageOf(chainWith([other], `intake/${opened}`))])
    expect(await world.count('query.access_event')).toBe(4)
    expect(await world.count('query.repeated')).toBe(0)
  })
})

test('while Kafka is away nobody is silent; its end is one finding, however many there are, and who stays silent afterwards is noticed', async () => {
  const sequencer = world.sequencer()
  const chains = [1, 2, 3].map(epoch => messageOf(chainOf(1, {}, `intake/${epoch}`)))
  await sequencer.submit(chains)
  await world.listen(sequencer, 1_000)
  world.clock.at += 600_000
  await sequencer.listen()
  expect(world.found).toEqual([])
  sequencer.hear()
  await sequencer.listen()
  expect(world.found).toEqual([{ reason: 'kafka-heard-again', awaySeconds: 600 }])
  await sequencer.submit(chains.slice(0, 1))
  await world.listen(sequencer, 18_500)
  expect(world.found).toHaveLength(1)
  await world.listen(sequencer, 1_000)
  expect(world.ofChains().map(({ producer, reason }) => [producer, reason])).toEqual([
    ['intake/2', 'producer-silent'],
    ['intake/3', 'producer-silent'],
  ])
})

test('no entry is kept out of the log by what it says of its time', async () => {
  const sequencer = world.sequencer()
  const times = ['9999-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', 'never']
  for (const [n, occurredAt] of times.entries())
    await sequencer.submit([messageOf(chainOf(1, { occurredAt }, `intake/${n + 1}`))])
  expect(await world.leaves()).toHaveLength(3)
  expect(await world.count('query.access_event_other')).toBe(2)
})

test('roles are found as they were written, whatever is in them', async () => {
  const roles = ['caseworker', 'a "b" \\ c', '{x,y}', 'NULL', '']
  await world.sequencer().submit([messageOf(chainOf(1, { actor: { roles } }))])
  expect((await world.admin.query('select roles from query.access_event')).rows).toEqual([{ roles }])
})
