import { describe, expect, test } from 'vitest'
import { rowsOf, type Statement } from '../../src/index.ts'
import { freshBox } from './server.ts'

export function rowsOfSuite(adminUrl: () => string): void {
  describe('rows of one statement', () => {
    const box = freshBox(adminUrl)
    const word = (text: string): Statement => ({ text: 'select $1::text as word', values: [text] })

    test('its text is read once for each connection, whatever its parameters are', async () => {
      const client = await box.pool.connect()
      try {
        for (const one of ['a', 'b', 'c']) expect(await rowsOf(client, word(one))).toEqual([{ word: one }])
        expect(await rowsOf(client, { text: 'select $1::int as number', values: [1] })).toEqual([{ number: 1 }])
        const { rows } = await client.query(
          `select statement, generic_plans + custom_plans as times from pg_prepared_statements where statement like 'select $1%' order by statement desc`,
        )
        expect(rows).toEqual([
          { statement: 'select $1::text as word', times: '3' },
          { statement: 'select $1::int as number', times: '1' },
        ])
      } finally {
        client.release()
      }
    })

    test('a lost connection is unavailable, and a refusal says nothing of its values', async () => {
      const killed = rowsOf(box.pool, { text: 'select pg_terminate_backend(pg_backend_pid())', values: [] })
      await expect(killed).rejects.toMatchObject({ code: 'unavailable' })
      const refused = await rowsOf(box.pool, { text: 'select $1::text::int as number', values: ['Lale'] }).catch(
        error => error,
      )
      expect(refused).toMatchObject({ name: 'DatabaseFailure', code: '22P02' })
      expect(`${refused.message}${refused.stack}`).not.toContain('Lale')
    })
  })
}
