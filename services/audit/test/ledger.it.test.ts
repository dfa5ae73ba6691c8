import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chainOf } from './leaves.ts'
import { ledger, messageOf } from './ledger.ts'

let world: Awaited<ReturnType<typeof ledger>>
beforeAll(async () => {
  world = await ledger()
  const sequencer = world.sequencer()
  await sequencer.submit([messageOf(chainOf(3))])
  await world.pool.query('select ledger.make_partition(1::smallint, 1)')
})
afterAll(() => world.close())

async function as<T>(
  role: 'app' | 'reader' | 'relay' | 'migrator' | 'owner' | 'superuser',
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = role === 'superuser' ? world.database.admin : world.database[role === 'owner' ? 'migrator' : role]
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    if (role === 'owner') await client.query('set role audit_owner')
    return await work(client)
  } finally {
    await client.end()
  }
}

const refusal = (error: { code?: string }): string | undefined => error.code

const forbidden = (table: string): string[] => [
  `update ${table} set leaf = '\\x00'`,
  `update ${table} set idx = idx + 100`,
  `delete from ${table}`,
  `truncate ${table}`,
  `truncate ${table} cascade`,
  `insert into ${table} select * from ${table} on conflict (log_id, idx) do update set leaf = excluded.leaf`,
  `merge into ${table} e using (select 1) one on true when matched then delete`,
]
const partitions = ['ledger.entry', 'ledger.entry_1_0', 'ledger.entry_1_1']

describe('an entry that is in the log', () => {
  describe.each(['app', 'reader', 'relay', 'migrator', 'owner', 'superuser'] as const)('cannot by %s', role => {
    test.each(partitions.flatMap(forbidden))('%s', async statement => {
      const before = await world.leaves()
      const error = await as(role, client => client.query(statement)).then(
        // Nothing to change in an empty partition is no change.
        ({ rowCount }) => ({ code: rowCount === 0 && statement.includes('entry_1_1') ? '23001' : 'done' }),
        refused => refused,
      )
      expect(['23001', '42501']).toContain(refusal(error))
      expect(await world.leaves()).toEqual(before)
    })
  })

  test('cannot be changed in replica mode either, which skips plain triggers', async () => {
    for (const statement of partitions.slice(0, 2).flatMap(forbidden)) {
      const error = await as('superuser', async client => {
        await client.query('set session_replication_role = replica')
        return client.query(statement)
      }).then(
        () => ({ code: 'done' }),
        refused => refused,
      )
      expect([statement, refusal(error)]).toEqual([statement, '23001'])
    }
  })
})

test('the app can append, and move what grows, and nothing else of the ledger', async () => {
  const statements = [
    'delete from ledger.head',
    'truncate ledger.head',
    'update ledger.head set log_id = 2',
    'update ledger.head set size = size - 1',
    'delete from ledger.producer_state',
    "update ledger.producer_state set producer = 'other/1'",
    'delete from ledger.link',
    'update ledger.link set idx = 7',
    'truncate ledger.link',
    'delete from ledger.gap',
    'update ledger.gap set first_seq = 9',
    'delete from ledger.evidence',
    "update ledger.evidence set bytes = ''",
    'delete from query.access_event',
    'update query.access_event set actor = null',
    'truncate query.access_subject',
    'drop table ledger.entry',
    'alter table ledger.entry disable trigger all',
    'create table ledger.mine ()',
    'set session_replication_role = replica',
  ]
  for (const statement of statements) {
    const error = await as('app', client => client.query(statement)).then(
      () => ({ code: 'done' }),
      refused => refused,
    )
    expect([statement, ['42501', '23001'].includes(error.code)]).toEqual([statement, true])
  }
})

test('readers and relays write nothing into the ledger, and the reader reads all of it', async () => {
  const { rows } = await world.admin.query(
    `select c.relname, r.rolname, p.privilege from pg_class c join pg_namespace n on n.oid = c.relnamespace,
       unnest(array['audit_reader', 'audit_relay']) as r (rolname), unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as p (privilege)
     where n.nspname in ('ledger', 'query') and c.relkind in ('r', 'p') and has_table_privilege(r.rolname, c.oid, p.privilege)`,
  )
  expect(rows).toEqual([])
  await as('reader', client => client.query('select * from ledger.entry, ledger.head, ledger.producer_state'))
})

test('the catalogue shows on the parent and on every partition a row and a truncate trigger that fire always', async () => {
  const { rows } = await world.admin.query(
    `select c.relname as table, array_agg(t.tgname || ' ' || t.tgenabled::text order by t.tgname)::text[] as triggers
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_trigger t on t.tgrelid = c.oid
     where n.nspname = 'ledger' and c.relname ~ '^entry' and c.relkind in ('r', 'p') group by 1 order by 1`,
  )
  expect(rows.map(({ table }) => table)).toEqual(['entry', 'entry_1_0', 'entry_1_1'])
  for (const { table, triggers } of rows) {
    expect([table, triggers]).toEqual([table, ['entry_append_only A', 'entry_no_truncate A']])
  }
})

test('no table of the ledger can be emptied or lose a row, whoever asks', async () => {
  for (const table of ['head', 'link', 'producer_state', 'gap', 'evidence']) {
    const refused = await as('owner', client => client.query(`truncate ledger.${table}`)).catch(error => error)
    expect([table, refused.code]).toEqual([table, '23001'])
  }
  for (const table of ['head', 'link', 'producer_state']) {
    const refused = await as('superuser', client => client.query(`delete from ledger.${table}`)).catch(error => error)
    expect([table, refused.code]).toEqual([table, '23001'])
  }
})

test('a partition whose month has rows in the default one is left out, and the log goes on', async () => {
  const at = new Date('2031-01-15T00:00:00Z')
  await world.admin.query(
    `insert into query.access_event (idx, occurred_at, id, action, class, outcome, roles) values (900000, $1, gen_random_uuid(), 'a', 'a', 'a', '{}')`,
    [at],
  )
  await expect(world.pool.query("select query.make_month('2031-01-01')")).resolves.toBeDefined()
  const { rows } = await world.admin.query("select to_regclass('query.access_event_203101') as made")
  expect(rows[0].made).toBeNull()
})
