import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@haven/problem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRecorder, splitFrames } from '../../src/index.ts'
import { recordWorld } from './harness.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeAll(async () => {
  world = await recordWorld()
})
afterAll(() => world.close())
beforeEach(() => world.owner.query('truncate record.outbox'))

const entry = (n: number): Buffer => Buffer.from(JSON.stringify({ n }))
const recorder = (options: Partial<Parameters<typeof createRecorder>[0]> = {}) =>
  createRecorder({ pool: world.pool, log: world.log, backlog: () => ({ full: false }), ...options })
const stored = async () => (await world.commits()).flatMap(batch => splitFrames(batch).map(String))

test('what is resolved is there, each entry once, and callers that meet share commits', async () => {
  const { record } = recorder()
  const calls = Array.from({ length: 500 }, (_, n) => record([entry(n)]))
  await Promise.all(calls)
  expect((await stored()).sort()).toEqual(calls.map((_, n) => String(entry(n))).sort())
  expect((await world.commits()).length).toBeLessThan(20)
})

test('entries given together stay together and in order', async () => {
  await recorder().record([entry(1), entry(2)])
  expect(await stored()).toEqual([String(entry(1)), String(entry(2))])
})

test('more than a message can hold becomes several commits', async () => {
  const { record } = recorder()
  const large = Buffer.alloc(16_000, 'x')
  await Promise.all(Array.from({ length: 100 }, () => record([large])))
  const commits = await world.commits()
  expect(commits.every(({ length }) => length <= 600_000)).toBe(true)
  expect(commits.flatMap(splitFrames)).toHaveLength(100)
})

test('tells the relay after a commit', async () => {
  let told = 0
  await recorder({ onCommit: () => told++ }).record([entry(1)])
  expect(told).toBe(1)
})

test('tells of each commit how many entries shared it and how long the first of them waited', async () => {
  const told: Parameters<NonNullable<Parameters<typeof createRecorder>[0]['onBatch']>>[0][] = []
  const { record } = recorder({ onBatch: batch => told.push(batch) })
  await Promise.all([1, 2, 3].map(n => record([entry(n)])))
  expect(told.map(({ entries, isWritten }) => [entries, isWritten])).toEqual([
    [1, true],
    [2, true],
  ])
  expect(told.every(({ waitedMs }) => waitedMs > 0 && waitedMs < 1_500)).toBe(true)
  await world.owner.query('revoke insert (batch) on record.outbox from note_app')
  await expect(record([entry(4)])).rejects.toThrow(Problem)
  await world.owner.query('grant insert (batch) on record.outbox to note_app')
  expect(told.at(-1)).toMatchObject({ entries: 1, isWritten: false })
})

describe('while entries cannot be written', () => {
  const expectRefusal = async (work: Promise<void>, withinMs: number) => {
    const began = performance.now()
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(Problem)
    expect(error).toMatchObject({ code: 'audit-unavailable', status: 503, headers: { 'retry-after': '5' } })
    expect(performance.now() - began).toBeLessThan(withinMs)
  }

  test('a call is refused at once when the database refuses, and the next ones go on when it no longer does', async () => {
    const { record } = recorder()
    await world.owner.query('revoke insert (batch) on record.outbox from note_app')
    await expectRefusal(record([entry(1)]), 1_900)
    await world.owner.query('grant insert (batch) on record.outbox to note_app')
    await record([entry(2)])
    expect(await stored()).toEqual([String(entry(2))])
  })

  test('nobody waits longer than 2 s for a table that is locked, and what gave up unsent is not entered later', async () => {
    const { record, close } = recorder()
    await world.owner.query('begin; lock table record.outbox in access exclusive mode')
    const first = record([entry(1)])
    const later = Array.from({ length: 20 }, (_, n) => record([entry(10 + n)]))
    await Promise.all([first, ...later].map(call => expectRefusal(call, 2_000)))
    await world.owner.query('rollback')
    await close()
    await sleep(50)
    await record([entry(2)])
    expect(await stored()).toContain(String(entry(2)))
  })

  test('a connection that was ended costs the calls that were under way, and no more', async () => {
    const { record } = recorder()
    await record([entry(1)])
    await world.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'record test' and datname = current_database()`,
    )
    await expect
      .poll(
        () =>
          record([entry(2)]).then(
            () => true,
            () => false,
          ),
        { timeout: 5_000 },
      )
      .toBe(true)
  })

  test('a full backlog refuses before anything is sent', async () => {
    const { record, check } = recorder({ backlog: () => ({ full: true }) })
    expect(() => check()).toThrow(Problem)
    await expectRefusal(record([entry(1)]), 500)
    expect(await stored()).toEqual([])
  })
})
