import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from './database.ts'

describe('testDatabase', () => {
  const made: TestDatabase[] = []
  const make = async (service: string) => {
    const database = await testDatabase(service)
    made.push(database)
    return database
  }
  afterAll(() => Promise.all(made.map(database => database.drop())))

  test('gives every suite a database of its own with the migrations of the service', async () => {
    const [one, other] = await Promise.all([make('gateway'), make('gateway')])
    await query(one.admin, 'create table public.mark ()')
    expect(await query(one.app, 'select count(*)::int as n from gateway.partner')).toEqual([{ n: 0 }])
    expect(await query(other.admin, "select to_regclass('public.mark') as mark")).toEqual([{ mark: null }])
  })

  test('connects with the rights of the role: the application cannot change a table', async () => {
    const { app } = await make('keys')
    await expect(query(app, 'drop table vault.subject_key')).rejects.toThrow(/owner/)
  })
})

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
