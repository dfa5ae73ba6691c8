import type pg from 'pg'
import { toProblem } from './errors.ts'

/**
 * Several reads of one moment: `fn` sees one REPEATABLE READ READ ONLY snapshot, so that a page and its count, or a
 * case and who may see it, cannot disagree. Errors as in `createUnitOfWork`; a read-only snapshot has no conflicts to
 * repeat.
 */
export async function readSnapshot<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  try {
    return await inSnapshot(pool, fn)
  } catch (error) {
    throw toProblem(error)
  }
}

async function inSnapshot<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = true
  try {
    await client.query('begin isolation level repeatable read read only')
    const result = await fn(client)
    await client.query('commit')
    broken = false
    return result
  } catch (error) {
    broken = !(await client.query('rollback').then(
      () => true,
      () => false,
    ))
    throw error
  } finally {
    client.release(broken)
  }
}
