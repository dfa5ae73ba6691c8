import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('every model reads its table as the migrations made it', async () => {
  const models = Object.entries(world.deps.store).filter(([name]) => !/^[$_]/.test(name) && name !== 'constructor')
  expect(models.length).toBe(8)
  for (const [, model] of models) {
    // Naming every column: a model that knows another table than the migrations would be refused by PostgreSQL.
    await expect((model as { findMany(): Promise<unknown[]> }).findMany()).resolves.toEqual([])
  }
})

test('no column of a migrated table is missing from its model', async () => {
  const { rows } = await world.pool.query<{ columns: number }>(
    `select count(*)::int as columns from information_schema.columns where table_schema = 'intake'`,
  )
  const { Prisma } = await import('../src/store/generated/client.ts')
  const enums = Object.entries(Prisma).filter(([name]) => name.endsWith('ScalarFieldEnum'))
  const known = enums.reduce((sum, [, fields]) => sum + Object.keys(fields as object).length, 0)
  expect(known).toBe(rows[0]?.columns)
})
