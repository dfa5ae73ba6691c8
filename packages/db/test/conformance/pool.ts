import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { networkTo } from '@haven/testkit'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createPool, isTransient, openDatabase, pingDatabase, prismaAdapter } from '../../src/index.ts'
import { freshBox } from './server.ts'

export function poolSuite(adminUrl: () => string): void {
  describe('pool', () => {
    const box = freshBox(adminUrl)

    test('the adapter uses our pool, because there is one copy of pg', async () => {
      const adapter = await prismaAdapter(box.pool).connect()
      expect(adapter.underlyingDriver()).toBe(box.pool)
      await adapter.dispose()
      const here = createRequire(import.meta.url)
      expect(createRequire(here.resolve('@prisma/adapter-pg')).resolve('pg')).toBe(here.resolve('pg'))
    })

    test('$disconnect leaves the pool open', async () => {
      const adapter = await prismaAdapter(box.pool).connect()
      await adapter.dispose()
      await pingDatabase(box.pool)
    })

    test('the time-outs hold for every statement of the connection', async () => {
      const { rows } = await box.pool.query(
        `select name, setting from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by 1`,
      )
      expect(rows.map(row => Number(row.setting))).toEqual([5_000, 300, 700])
    })

    test('options of the URL are kept beside ours', async () => {
      const url = new URL(box.urls.app)
      url.searchParams.set('options', '-c search_path=box')
      const pool = createPool({
        url: url.href,
        applicationName: 'options',
        log: box.log,
        timeouts: { statementMs: 650 },
      })
      const { rows } = await pool.query(
        `select current_setting('search_path') as path, current_setting('statement_timeout') as limit, current_setting('application_name') as name`,
      )
      expect(rows).toEqual([{ path: 'box', limit: '650ms', name: 'options' }])
      await pool.end()
    })

    test('a statement that takes too long, a lock and an exhausted pool each end in time and count as transient', async () => {
      await expect(box.pool.query('select pg_sleep(3)')).rejects.toSatisfy(isTransient)
      const holder = await box.pool.connect()
      await holder.query('begin; lock table box.item')
      await expect(box.pool.query('select * from box.item')).rejects.toSatisfy(isTransient)
      await holder.query('rollback')
      holder.release()
      const small = createPool({ url: box.urls.app, applicationName: 'small', log: box.log, max: 1 })
      const only = await small.connect()
      await expect(small.query('select 1')).rejects.toSatisfy(isTransient)
      only.release()
      await small.end()
    })

    test('a service finds the connections open that its pool keeps', async () => {
      const pool = await openDatabase({
        url: box.urls.app,
        applicationName: 'kept',
        database: 'box',
        sources: [],
        log: box.log,
        max: 6,
        min: 4,
      })
      const opened = async () => {
        const { rows } = await box.admin.query(
          `select count(*)::int as n from pg_stat_activity where application_name = 'kept'`,
        )
        return rows[0].n
      }
      for (const end = Date.now() + 5_000; (await opened()) < 4 && Date.now() < end; ) await sleep(20)
      expect([await opened(), pool.idleCount]).toEqual([4, 4])
      await pool.end()
    })

    test('backends that are killed, idle and in use, end no process and are replaced', async () => {
      const busy = await box.pool.connect()
      await pingDatabase(box.pool)
      await box.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'suite' and datname = current_database()`,
      )
      await sleep(100)
      await expect(busy.query('select 1')).rejects.toSatisfy(isTransient)
      busy.release()
      await pingDatabase(box.pool)
      expect(box.logged.map(entry => entry.message)).toEqual(
        expect.arrayContaining(['an idle database connection was lost', 'a database connection was lost']),
      )
    })

    test('a network that swallows packets costs one time-out, and the connection is not used again', async () => {
      const network = await networkTo(box.urls.app)
      const pool = createPool({ url: network.url, applicationName: 'proxied', log: box.log, max: 1 })
      const client = await pool.connect()
      await client.query('begin')
      network.mode = 'swallow'
      const started = performance.now()
      await expect(client.query('select 1')).rejects.toSatisfy(isTransient)
      expect(performance.now() - started).toBeLessThan(3_000)
      await expect(client.query('rollback')).rejects.toSatisfy(isTransient)
      client.release()
      network.mode = 'pass'
      await pingDatabase(pool)
      await pool.end()
      network.close()
    })

    test('nothing listens: transient, within the time-out', async () => {
      const pool = createPool({ url: 'postgresql://x:y@127.0.0.1:1/none', applicationName: 'none', log: box.log })
      await expect(pingDatabase(pool)).rejects.toSatisfy(isTransient)
      await pool.end()
      expect(pool).toBeInstanceOf(pg.Pool)
    })
  })
}
