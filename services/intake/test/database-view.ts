import { schemaFor } from '@haven/contracts'
import pg, { type Pool } from 'pg'
import { Value } from 'typebox/value'

/** A fact as it waits for Kafka. */
export interface WrittenFact {
  id: string
  topic: string
  type: string
  key: string
  data: Record<string, unknown>
  organisation: string
}

/** What a test looks at from outside the code under test. */
export function databaseView(pool: Pool, keysPool: Pool) {
  const countOf = async (source: Pool, table: string): Promise<number> =>
    (await source.query(`select count(*)::int as count from ${table}`)).rows[0].count
  return {
    /** Everything that intake wrote for Kafka, in order; each fact has to fit its contract. */
    async facts(): Promise<WrittenFact[]> {
      const { rows } = await pool.query(
        'select fact_id as id, topic, type, key, data, organisation from stream.fact order by fact.id',
      )
      for (const { type, data } of rows as WrittenFact[]) {
        const schema = schemaFor(type)
        if (!schema || !Value.Check(schema, data)) throw new Error(`${type} does not fit its contract`)
      }
      return rows
    },
    count: (table: 'person' | 'referral' | 'case' | 'inbound') => countOf(pool, `intake."${table}"`),
    keyCount: () => countOf(keysPool, 'vault.subject_key'),
    /** Every row of every table of the service's database as text. */
    async everything(): Promise<string[]> {
      const { rows: tables } = await pool.query(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('intake', 'stream')`,
      )
      const all: string[] = []
      for (const { name } of tables) {
        const { rows } = await pool.query(`select t::text as row from ${name} t`)
        all.push(...rows.map(({ row }) => `${name} ${row}`))
      }
      return all
    },
  }
}

/** Empties tables for the next test; only who owns them may. */
export async function truncate(migratorUrl: string, tables: string): Promise<void> {
  const client = new pg.Client({ connectionString: migratorUrl })
  await client.connect()
  try {
    const { rows } = await client.query(
      'select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()',
    )
    await client.query(`set role ${rows[0].owner}; truncate ${tables} restart identity cascade`)
  } finally {
    await client.end()
  }
}
