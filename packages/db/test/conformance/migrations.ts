import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPool, type DatabaseUrls, type MigrationSource, migrate, openDatabase } from '../../src/index.ts'
import { pendingMigrations } from '../../src/migrate.ts'
import { dropDatabase, emptyDatabase, queryOnce } from './server.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

export function migrationsSuite(adminUrl: () => string): void {
  describe('migrations', () => {
    let urls: DatabaseUrls
    let source: MigrationSource
    const run = () => migrate({ url: urls.migrator, sources: [source] })
    const write = async (name: string, sql: string) => {
      const file = join(source.directory, name, 'migration.sql')
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, sql)
    }
    const tables = async () => {
      const rows = await queryOnce(urls.migrator, `select tablename from pg_tables where schemaname = 'box' order by 1`)
      return rows.map(row => row.tablename)
    }
    beforeEach(async () => {
      urls = await emptyDatabase(adminUrl())
      source = { name: 'box', directory: await mkdtemp(join(tmpdir(), 'haven-migrations-')) }
      await write('20260101_one', 'create table box.one (id integer);')
    })
    afterEach(async () => {
      await dropDatabase(adminUrl(), urls)
      await rm(source.directory, { recursive: true })
    })

    test('three runs at once apply each file once', async () => {
      await write('20260102_two', 'select pg_sleep(0.2); create table box.two (id integer);')
      const runs = await Promise.all([run(), run(), run()])
      expect(runs.flatMap(result => result.applied)).toEqual(['box/20260101_one', 'box/20260102_two'])
      expect(await run()).toEqual({ applied: [] })
    })

    test('a run that another one keeps waiting says so, applies nothing and leaves the other alone', async () => {
      const other = createPool({ url: urls.migrator, applicationName: 'suite', log: silent })
      const session = await other.connect()
      await session.query("select pg_advisory_lock(hashtext('haven.migrate'))")
      const waiting = migrate({ url: urls.migrator, sources: [source], waitMs: 50 })
      await expect(waiting).rejects.toThrow('Another run of haven migrate has been at work for 1 s; wait for its end')
      session.release(true)
      await other.end()
      expect(await run()).toEqual({ applied: ['box/20260101_one'] })
    })

    test('a body in dollar quotes with semicolons arrives whole', async () => {
      await write(
        '20260102_two',
        `create function box.f() returns text language plpgsql as $$ begin return 'a;b'; end; $$;\ncreate table box.two ();`,
      )
      await run()
      expect(await queryOnce(urls.app, 'select box.f() as said')).toEqual([{ said: 'a;b' }])
    })

    test('sources are applied in their order, each file by its name', async () => {
      const other = { name: 'other', directory: source.directory }
      const { applied } = await migrate({ url: urls.migrator, sources: [source] })
      expect(applied).toEqual(['box/20260101_one'])
      await expect(migrate({ url: urls.migrator, sources: [source, other] })).rejects.toThrow(
        'other/20260101_one failed',
      )
    })

    test('a broken file leaves nothing, keeps the ones before it and names file, line and remedy', async () => {
      await write('20260102_two', 'create table box.two (id integer);\ncreate table box.three (id nonsense);')
      await expect(run()).rejects.toThrow(
        'box/20260102_two failed at line 2 and left nothing behind (type "nonsense" does not exist); correct the file and migrate again.',
      )
      expect(await tables()).toEqual(['one'])
      await write('20260102_two', 'create table box.two (id integer);')
      expect(await run()).toEqual({ applied: ['box/20260102_two'] })
    })

    test('a file that was edited after it was applied stops everything before anything is done', async () => {
      await run()
      await write('20260101_one', 'create table box.one (id bigint);')
      await write('20260102_two', 'create table box.two (id integer);')
      await expect(run()).rejects.toThrow(
        'box/20260101_one was changed after it had been applied; restore the file and put the change into a new migration.',
      )
      expect(await tables()).toEqual(['one'])
    })

    test('a file that would come before an applied one is refused', async () => {
      await run()
      await write('20251231_zero', 'create table box.zero ();')
      await expect(run()).rejects.toThrow(
        'box/20251231_zero would come before 20260101_one, which is applied already; give it a later time.',
      )
      expect(await tables()).toEqual(['one'])
    })

    test('a file that ends its own transaction is refused by name', async () => {
      await write('20260102_two', 'create table box.two (); commit; create table box.three ();')
      await expect(run()).rejects.toThrow(
        'box/20260102_two ends its own transaction; take BEGIN, COMMIT and ROLLBACK out of it.',
      )
    })

    test('a directory that is not named for a time, and one without its file, are named', async () => {
      await mkdir(join(source.directory, '20260103_three'))
      await expect(run()).rejects.toThrow('box/20260103_three has no migration.sql')
      await mkdir(join(source.directory, 'next'))
      await expect(run()).rejects.toThrow('box/next is not named <time>_<name>')
      await expect(
        migrate({ url: urls.migrator, sources: [{ name: 'gone', directory: join(source.directory, 'gone') }] }),
      ).rejects.toThrow('The migrations of gone cannot be read')
    })

    test('a service sees by its own role that it is behind, and that it no longer is', async () => {
      const pool = createPool({ url: urls.app, applicationName: 'suite', log: silent })
      expect(await pendingMigrations({ pool, sources: [source] })).toEqual(['box/20260101_one'])
      await run()
      expect(await pendingMigrations({ pool, sources: [source] })).toEqual([])
      await write('20260102_two', 'select 1')
      expect(await pendingMigrations({ pool, sources: [source] })).toEqual(['box/20260102_two'])
      await pool.end()
    })

    test('a service that starts gets its pool only when nothing is missing, and a refused one leaves nothing open', async () => {
      const options = { url: urls.app, applicationName: 'starting', log: silent, database: 'boxes', sources: [source] }
      await expect(openDatabase(options)).rejects.toThrow(
        'The database boxes is behind by box/20260101_one; run haven migrate.',
      )
      const left = `select from pg_stat_activity where application_name = 'starting' and datname = current_database()`
      // A backend is seen for a moment after its client has gone.
      await expect.poll(() => queryOnce(urls.app, left)).toEqual([])
      await run()
      const pool = await openDatabase(options)
      expect((await pool.query('select count(*)::int as count from box.one')).rows).toEqual([{ count: 0 }])
      await pool.end()
    })

    test('an older version beside a newer database finds nothing to do', async () => {
      await write('20260102_two', 'select 1')
      await run()
      await rm(join(source.directory, '20260102_two'), { recursive: true })
      expect(await run()).toEqual({ applied: [] })
    })
  })
}
