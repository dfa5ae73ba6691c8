import { createPool } from '@haven/db'
import { testDatabase, testLog } from '@haven/testkit'
import { expect, test } from 'vitest'
import { createStore } from '../src/store/client.ts'
import { Prisma } from '../src/store/generated/client.ts'

type Model = { findMany(query: { take: number }): Promise<unknown[]> }

test('every model finds its table and each of its columns in a freshly migrated database', async () => {
  const database = await testDatabase('gateway')
  const pool = createPool({ url: database.app, applicationName: 'models', log: testLog() })
  const models = createStore(pool) as unknown as Record<string, Model>
  const names = Object.values(Prisma.ModelName)
  expect(names.length).toBeGreaterThan(0)
  // findMany selects every column that the model has.
  for (const name of names)
    expect(await models[name.charAt(0).toLowerCase() + name.slice(1)]!.findMany({ take: 1 })).toEqual([])
  await pool.end()
  await database.drop()
})
