import { inspect } from 'node:util'
import type { Problem } from '@haven/problem'
import { beforeAll, describe, expect, test } from 'vitest'
import { constraintOf, DatabaseFailure, sqlStateOf, toProblem } from '../../src/index.ts'
import { type BoxDatabase, freshBox } from './server.ts'

/** Stands for an attribute of a person: it must not come out of any error. */
const secret = 'Canary Fennimore'

export function errorsSuite(adminUrl: () => string): void {
  describe('errors', () => {
    const box = freshBox(adminUrl)
    beforeAll(async () => {
      await box.client.box.create({ data: { label: secret } })
    })

    const refusals: [name: string, constraint: string, provoke: (box: BoxDatabase) => Promise<unknown>][] = [
      ['unique, model', 'box_label_key', ({ client }) => client.box.create({ data: { label: secret } })],
      [
        'unique, raw',
        'box_label_key',
        ({ client }) => client.$executeRaw`insert into box.box (label) values (${secret})`,
      ],
      ['unique, pg', 'box_label_key', ({ pool }) => pool.query('insert into box.box (label) values ($1)', [secret])],
      [
        'unique at COMMIT',
        'late_id_key',
        ({ client }) => client.$transaction(tx => tx.$executeRaw`insert into box.late values (1), (1)`),
      ],
      [
        'check, model',
        'box_weight_check',
        ({ client }) => client.box.create({ data: { label: `${secret} 2`, weight: 0 } }),
      ],
      [
        'check, raw',
        'box_weight_check',
        ({ client }) => client.$executeRaw`insert into box.box (label, weight) values (${secret}, 0)`,
      ],
      [
        'check, pg',
        'box_weight_check',
        ({ pool }) => pool.query('insert into box.box (label, weight) values ($1, 0)', [secret]),
      ],
      [
        'foreign key, model',
        'box_inside_fkey',
        ({ client }) => client.box.create({ data: { label: `${secret} 3`, inside: -1 } }),
      ],
      [
        'foreign key, raw',
        'box_inside_fkey',
        ({ client }) => client.$executeRaw`insert into box.box (label, inside) values (${`${secret} 4`}, -1)`,
      ],
    ]

    test.each(refusals)('%s: the constraint is known and becomes its problem', async (_, constraint, provoke) => {
      const error = await provoke(box).catch((caught: unknown) => caught)
      expect(constraintOf(error)).toBe(constraint)
      expect(toProblem(error, { [constraint]: 'conflict' })).toMatchObject({ code: 'conflict', status: 409 })
    })

    test.each(refusals)('%s: what is passed on holds no value of the row', async (_, constraint, provoke) => {
      const error = await provoke(box).catch((caught: unknown) => caught)
      for (const passedOn of [toProblem(error), toProblem(error, { [constraint]: 'conflict' })]) {
        expect(inspect(passedOn, { depth: 20, showHidden: true })).not.toContain('Canary')
        expect(constraintOf(passedOn) ?? constraintOf((passedOn as Problem).cause)).toBe(constraint)
      }
    })

    test('a value that PostgreSQL cannot read is not repeated', async () => {
      const error = await box.pool.query('select $1::uuid', [secret]).catch((caught: unknown) => caught)
      expect(String(error)).toContain('Canary')
      const passedOn = toProblem(error)
      expect(passedOn).toBeInstanceOf(DatabaseFailure)
      expect(inspect(passedOn, { depth: 20, showHidden: true })).not.toContain('Canary')
    })

    test('a call with wrong arguments does not print the right ones', async () => {
      const wrong = { data: { label: secret, nothing: secret } }
      const error = toProblem(await box.client.box.create(wrong as never).catch((caught: unknown) => caught))
      expect(error).toMatchObject({ code: 'PrismaClientValidationError' })
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('Canary')
    })

    test('a row that is not there is still known as such', async () => {
      const update = box.client.box.update({ where: { id: -1 }, data: { label: secret } })
      const error = toProblem(await update.catch((caught: unknown) => caught))
      expect(error).toMatchObject({ name: 'DatabaseFailure', code: 'P2025' })
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('Canary')
    })

    test('a missing table is no problem of the caller', async () => {
      const error = await box.client.$queryRaw`select * from box.nothing`.catch((caught: unknown) => caught)
      expect(sqlStateOf(error)).toBe('42P01')
      expect(toProblem(error)).toBeInstanceOf(DatabaseFailure)
    })

    test('a backend that ends in the middle is unavailable', async () => {
      const error = await box.client.$executeRaw`select pg_terminate_backend(pg_backend_pid())`.catch(
        (caught: unknown) => caught,
      )
      expect(toProblem(error)).toMatchObject({ code: 'unavailable', status: 503 })
    })
  })
}
