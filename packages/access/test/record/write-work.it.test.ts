import { randomUUID } from 'node:crypto'
import type { NewFact, SqlTransaction } from '@haven/stream'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { splitFrames, type Written, writeWork } from '../../src/index.ts'
import { recordWorld } from './harness.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeAll(async () => {
  world = await recordWorld()
})
afterAll(() => world.close())
beforeEach(() => world.owner.query('truncate record.outbox, stream.fact, stream.unsent cascade'))

const fact = (): NewFact => ({
  topic: 'haven.intake.case',
  key: 'case-1',
  type: 'haven.intake.case.opened.v1',
  subject: 'case-1',
  organisation: 'org-1',
  data: { case: 'case-1' },
  time: new Date(),
  id: randomUUID(),
})
const entry = (text: string): Written => ({ entry: Buffer.from(text) })

/** Runs in a transaction, counting its statements. */
async function inTransaction(items: Written[], end: 'commit' | 'rollback' = 'commit'): Promise<number> {
  const client: PoolClient = await world.pool.connect()
  let statements = 0
  const tx: Pick<SqlTransaction, '$executeRawUnsafe'> = {
    async $executeRawUnsafe(text, ...values) {
      statements++
      return (await client.query(text, values)).rowCount ?? 0
    },
  }
  try {
    await client.query('begin')
    await writeWork(tx, items)
    await client.query(end)
    return statements
  } finally {
    client.release()
  }
}

const counts = async () => {
  const { rows } = await world.owner.query<{ facts: number; unsent: number }>(
    'select (select count(*) from stream.fact)::int as facts, (select count(*) from stream.unsent)::int as unsent',
  )
  return { ...rows[0], entries: (await world.commits()).flatMap(splitFrames).map(String) }
}

test.each<[string, Written[], { facts: number; entries: string[] }]>([
  ['facts and entries', [fact(), entry('one'), fact(), entry('two')], { facts: 2, entries: ['one', 'two'] }],
  ['entries alone', [entry('one')], { facts: 0, entries: ['one'] }],
  ['facts alone', [fact()], { facts: 1, entries: [] }],
  ['nothing', [], { facts: 0, entries: [] }],
])('%s are written by one statement', async (_what, items, { facts, entries }) => {
  expect(await inTransaction(items)).toBe(1)
  expect(await counts()).toEqual({ facts, unsent: facts, entries })
})

test('neither is there when the transaction ends badly', async () => {
  await inTransaction([fact(), entry('one')], 'rollback')
  expect(await counts()).toEqual({ facts: 0, unsent: 0, entries: [] })
})

test('where the entry cannot be written the fact is not either', async () => {
  await world.owner.query('revoke insert (batch) on record.outbox from note_app')
  await expect(inTransaction([fact(), entry('one')])).rejects.toThrow(/permission denied/)
  await world.owner.query('grant insert (batch) on record.outbox to note_app')
  expect(await counts()).toEqual({ facts: 0, unsent: 0, entries: [] })
})
