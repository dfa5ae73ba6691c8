import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseUrls, migrate, provision } from '../../src/index.ts'
import { boxMigrations, dropDatabase, emptyDatabase, passwords, queryOnce } from './server.ts'

export function rolesSuite(adminUrl: () => string): void {
  describe('roles', () => {
    let urls: DatabaseUrls
    const database = () => new URL(urls.app).pathname.slice(1)
    beforeAll(async () => {
      urls = await emptyDatabase(adminUrl())
      await migrate({ url: urls.migrator, sources: [boxMigrations] })
      await queryOnce(urls.migrator, 'set role box_owner; create table stream.thing (id integer primary key)')
    })
    afterAll(() => dropDatabase(adminUrl(), urls))

    test('what a migration makes belongs to the owner, who cannot log in', async () => {
      const [table] = await queryOnce(
        urls.app,
        `select tableowner from pg_tables where schemaname = 'box' and tablename = 'box'`,
      )
      const [owner] = await queryOnce(
        urls.app,
        `select rolcanlogin, rolsuper from pg_roles where rolname = 'box_owner'`,
      )
      expect([table, owner]).toEqual([{ tableowner: 'box_owner' }, { rolcanlogin: false, rolsuper: false }])
    })

    test('the app reads and writes tables that were made after it was let in', async () => {
      await queryOnce(
        urls.app,
        `insert into box.item (word) values ('made'); update box.item set word = 'changed'; delete from box.item; select * from box.item`,
      )
    })

    test.each<[keyof DatabaseUrls, string]>([
      ['app', 'create table box.mine ()'],
      ['app', 'create table public.mine ()'],
      ['app', 'create schema mine'],
      ['app', 'truncate box.item'],
      ['app', 'drop table box.item'],
      ['app', 'set role box_owner'],
      ['app', 'delete from migration.applied'],
      ['relay', 'select * from box.item'],
      ['reader', `insert into box.item (word) values ('x')`],
      ['migrator', 'create table box.mine ()'],
    ])('%s is refused: %s', async (role, statement) => {
      await expect(queryOnce(urls[role], statement)).rejects.toMatchObject({ code: '42501' })
    })

    test("a refused row puts neither its statement nor its values into PostgreSQL's log", async () => {
      const settings = `select current_setting('log_error_verbosity') as detail, current_setting('log_min_error_statement') as statement`
      for (const role of ['app', 'relay', 'reader', 'migrator'] as const) {
        expect(await queryOnce(urls[role], settings)).toEqual([{ detail: 'terse', statement: 'panic' }])
      }
    })

    test('the relay works in schema stream alone, the reader reads both', async () => {
      await queryOnce(urls.relay, 'insert into stream.thing values (1); delete from stream.thing')
      await queryOnce(urls.reader, 'select * from box.item, stream.thing')
    })

    test('roles of another service may not even connect', async () => {
      const other = await provision({
        adminUrl: adminUrl(),
        database: `crate_${database()}`.slice(0, 30),
        service: 'crate',
        passwords,
      })
      const intruder = new URL(other.app)
      intruder.pathname = database()
      await expect(queryOnce(intruder.href, 'select 1')).rejects.toMatchObject({ code: '42501' })
      await dropDatabase(adminUrl(), other)
    })

    test('provisioning again, twice at once, changes nothing and widens nothing that a migration narrowed', async () => {
      await queryOnce(urls.migrator, 'set role box_owner; revoke delete on box.late from box_app')
      const again = { adminUrl: adminUrl(), database: database(), service: 'box', passwords }
      expect(await Promise.all([provision(again), provision(again)])).toEqual([urls, urls])
      await expect(queryOnce(urls.app, 'delete from box.late')).rejects.toMatchObject({ code: '42501' })
    })

    test('a database made from a template has the same doors as the first', async () => {
      const copy = await provision({
        adminUrl: adminUrl(),
        database: `copy_${database()}`.slice(0, 30),
        service: 'box',
        passwords,
        template: database(),
      })
      expect(await queryOnce(copy.app, 'select * from box.item')).toEqual([])
      await expect(queryOnce(copy.reader, 'delete from box.item')).rejects.toMatchObject({ code: '42501' })
      await dropDatabase(adminUrl(), copy)
    })

    test('in the database of keys only the app sees schema vault', async () => {
      const keys = await provision({
        adminUrl: adminUrl(),
        database: `keys_${database()}`.slice(0, 30),
        service: 'box',
        passwords,
        schemas: ['vault'],
      })
      await queryOnce(keys.migrator, 'set role box_owner; create table vault.thing ()')
      await queryOnce(keys.app, 'select * from vault.thing')
      for (const role of ['relay', 'reader'] as const) {
        await expect(queryOnce(keys[role], 'select * from vault.thing')).rejects.toMatchObject({ code: '42501' })
      }
      await dropDatabase(adminUrl(), keys)
    })

    test('a password with every awkward character works and is not the old one', async () => {
      const awkward = `a'b"c\\d:/@?#[]%20 é`
      const [old, changed] = [
        await provision({ adminUrl: adminUrl(), database: database(), service: 'awkward', passwords }),
        await provision({
          adminUrl: adminUrl(),
          database: database(),
          service: 'awkward',
          passwords: { ...passwords, app: awkward },
        }),
      ]
      await provision({ adminUrl: adminUrl(), database: database(), service: 'box', passwords })
      expect(await queryOnce(changed.app, 'select 1 as one')).toEqual([{ one: 1 }])
      await expect(queryOnce(old.app, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    })

    test.each(['Box', 'box-1', 'box"; drop role x; --', ''])(
      'the name %j is refused before anything is done',
      async service => {
        await expect(provision({ adminUrl: adminUrl(), database: 'never', service, passwords })).rejects.toThrow(
          /is no name for a role/,
        )
      },
    )
  })
}
