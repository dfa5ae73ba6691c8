import { Problem } from '@haven/problem'
import { type Network, networkTo } from '@haven/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { constraintOf, createPool, createUnitOfWork, prismaAdapter, type UnitOfWork } from '../../src/index.ts'
import { PrismaClient } from '../generated/client.ts'
import type { TransactionClient } from '../generated/internal/prismaNamespace.ts'
import { freshBox } from './server.ts'

export function unitOfWorkSuite(adminUrl: () => string): void {
  describe('unit of work', () => {
    const box = freshBox(adminUrl)
    let network: Network
    let proxied: { client: PrismaClient; end(): Promise<void> }
    let unitOfWork: UnitOfWork<TransactionClient, string>
    let commits = 0
    const on = (client: PrismaClient) =>
      createUnitOfWork<TransactionClient, string>({ client, writeLast, onCommit: () => void commits++, log: box.log })
    const words = async () => (await box.admin.query('select word from box.item order by id')).rows.map(row => row.word)
    const labels = async () =>
      (await box.admin.query('select label from box.box order by id')).rows.map(row => row.label)

    const cut = async () => {
      network.mode = 'cut-at-commit'
    }

    beforeAll(async () => {
      unitOfWork = on(box.client)
      network = await networkTo(box.urls.app)
      const pool = createPool({ url: network.url, applicationName: 'proxied', log: box.log })
      proxied = {
        client: new PrismaClient({ adapter: prismaAdapter(pool) }),
        end: () => pool.end(),
      }
    })
    beforeEach(async () => {
      commits = 0
      network.mode = 'pass'
      await box.admin.query('truncate box.box, box.item, box.fate; alter sequence box.attempt restart')
    })
    afterAll(async () => {
      await proxied.end()
      network.close()
    })

    test('rows and what was collected commit together, in the order collected', async () => {
      const id = await unitOfWork(async ({ tx, collect }) => {
        collect('first')
        const made = await tx.box.create({ data: { label: 'a' } })
        collect('second')
        return made.id
      })
      expect([await labels(), await words(), commits]).toEqual([['a'], ['first', 'second'], 1])
      expect(id).toBeGreaterThan(0)
    })

    test('what the callback throws rolls everything back and comes out as it was', async () => {
      const refusal = new Problem('conflict')
      const done = unitOfWork(async ({ tx, collect }) => {
        collect('first')
        await tx.box.create({ data: { label: 'a' } })
        throw refusal
      })
      await expect(done).rejects.toBe(refusal)
      expect([await labels(), await words(), commits]).toEqual([[], [], 0])
    })

    test('what is collected after the end, by a promise that nobody awaited, is refused and not lost in silence', async () => {
      const late = await unitOfWork(async ({ collect }) => collect)
      expect(() => late('late')).toThrow('a promise was not awaited')
    })

    test.each([
      ['nothing', 0],
      ['something', 1],
    ])('a statement whose error was swallowed cannot pass for success, with %s collected', async (_, count) => {
      await box.client.box.create({ data: { label: 'taken' } })
      const done = unitOfWork(async ({ tx, collect }) => {
        for (let item = 0; item < count; item++) collect('item')
        await tx.box.create({ data: { label: 'taken' } }).catch(() => {})
        return 'looks well'
      })
      await expect(done).rejects.toMatchObject({ code: '25P02', message: expect.stringContaining('swallowed') })
      expect([await labels(), await words(), commits]).toEqual([['taken'], [], 0])
    })

    test('a refused row names its constraint and keeps its values', async () => {
      await box.client.box.create({ data: { label: 'taken' } })
      const error = await unitOfWork(({ tx }) => tx.box.create({ data: { label: 'taken' } })).catch(
        (caught: unknown) => caught,
      )
      expect(constraintOf(error)).toBe('box_label_key')
      expect(JSON.stringify(error)).not.toContain('taken')
    })

    test('a conflict at COMMIT runs the callback again, with nothing left over from the first time', async () => {
      let runs = 0
      await unitOfWork(async ({ tx, collect }) => {
        runs++
        collect(`run ${runs}`)
        await tx.$executeRaw`insert into box.fate values ('conflict-once')`
      })
      expect([runs, await words(), commits]).toEqual([2, ['run 2'], 1])
    })

    test('two transactions that deadlock both end well', async () => {
      await box.client.box.createMany({ data: [{ label: 'a' }, { label: 'b' }] })
      // A deadlock is found after 1 s, later than our lock_timeout: this one test waits longer.
      const slow = createPool({
        url: box.urls.app,
        applicationName: 'slow',
        log: box.log,
        timeouts: { lockMs: 4_000, statementMs: 4_000 },
      })
      const patient = on(new PrismaClient({ adapter: prismaAdapter(slow) }))
      const together = Promise.withResolvers<void>()
      let arrived = 0
      const lock = (first: string, second: string) =>
        patient(async ({ tx }) => {
          await tx.box.update({ where: { label: first }, data: { weight: { increment: 1 } } })
          if (++arrived === 2) together.resolve()
          await together.promise
          await tx.box.update({ where: { label: second }, data: { weight: { increment: 1 } } })
        })
      await Promise.all([lock('a', 'b'), lock('b', 'a')])
      const { rows } = await box.admin.query('select weight from box.box')
      expect(rows).toEqual([{ weight: 3 }, { weight: 3 }])
      await slow.end()
    })

    test('a conflict that does not end is unavailable after five runs', async () => {
      let runs = 0
      const done = unitOfWork(async ({ tx }) => {
        runs++
        await tx.$executeRaw`insert into box.fate values ('conflict-always')`
      })
      await expect(done).rejects.toMatchObject({ code: 'unavailable' })
      expect([runs, commits]).toEqual([5, 0])
    })

    test('a backend that dies in the middle is unavailable at once, and the next unit of work finds another', async () => {
      await expect(
        unitOfWork(({ tx }) => tx.$executeRaw`select pg_terminate_backend(pg_backend_pid())`),
      ).rejects.toMatchObject({ code: 'unavailable' })
      await unitOfWork(({ tx }) => tx.box.create({ data: { label: 'after' } }))
      expect(await labels()).toEqual(['after'])
    })

    test.each([
      ['whose answer is lost', cut, ['a'], ['item']],
      [
        'at which the backend dies',
        (tx: TransactionClient) => tx.$executeRaw`insert into box.fate values ('killed')`,
        [],
        [],
      ],
    ])('a COMMIT %s is reported as unknown and not repeated', async (_, sabotage, rows, items) => {
      let runs = 0
      const done = on(proxied.client)(async ({ tx, collect }) => {
        runs++
        collect('item')
        await tx.box.create({ data: { label: 'a' } })
        await sabotage(tx)
      })
      await expect(done).rejects.toMatchObject({
        code: 'unavailable',
        internal: expect.stringContaining('outcome is unknown'),
      })
      expect([runs, commits, await labels(), await words()]).toEqual([1, 0, rows, items])
    })

    test('a network that swallows packets is unavailable in time', async () => {
      // The test before cut a connection, which the pool may not have noticed.
      await vi.waitFor(() => proxied.client.$queryRaw`select 1`)
      network.mode = 'swallow'
      const started = performance.now()
      await expect(on(proxied.client)(({ tx }) => tx.box.count())).rejects.toMatchObject({ code: 'unavailable' })
      expect(performance.now() - started).toBeLessThan(3_000)
    })
  })
}

async function writeLast(tx: TransactionClient, words: string[]): Promise<void> {
  await tx.$executeRaw`insert into box.item (word) select * from unnest(${words}::text[])`
}
