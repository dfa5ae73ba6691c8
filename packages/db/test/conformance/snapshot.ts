import { describe, expect, test } from 'vitest'
import { readSnapshot, sqlStateOf } from '../../src/index.ts'
import { freshBox } from './server.ts'

export function snapshotSuite(adminUrl: () => string): void {
  describe('snapshot', () => {
    const box = freshBox(adminUrl)
    const insert = () => box.admin.query(`insert into box.item (word) values ('new')`)

    test('two reads agree although a row was committed between them', async () => {
      const counts = await readSnapshot(box.pool, async client => {
        const count = async () => (await client.query('select count(*)::integer as n from box.item')).rows[0].n
        const first = await count()
        await insert()
        return [first, await count()]
      })
      expect(counts[0]).toBe(counts[1])
    })

    test('nothing can be written in it, and the connection is usable afterwards', async () => {
      const write = readSnapshot(box.pool, client => client.query(`insert into box.item (word) values ('x')`))
      await expect(write).rejects.toSatisfy(error => sqlStateOf(error) === '25006')
      expect(await readSnapshot(box.pool, async client => (await client.query('select 1 as one')).rows)).toEqual([
        { one: 1 },
      ])
    })

    test('a lost connection is unavailable, and what the callback threw comes out as it was', async () => {
      const killed = readSnapshot(box.pool, client => client.query('select pg_terminate_backend(pg_backend_pid())'))
      await expect(killed).rejects.toMatchObject({ code: 'unavailable' })
      const own = new Error('own')
      await expect(readSnapshot(box.pool, () => Promise.reject(own))).rejects.toBe(own)
    })
  })
}
