import pg from 'pg'
import { toProblem } from './errors.ts'

interface TransactionSource<Tx> {
  $transaction<T>(
    fn: (tx: Tx) => Promise<T>,
    options?: { isolationLevel?: 'RepeatableRead'; maxWait?: number; timeout?: number },
  ): Promise<T>
}

interface RawTransaction {
  $executeRawUnsafe(sql: string): Promise<number>
}
type PoolReads = (client: pg.PoolClient) => Promise<unknown>
type PrismaReads = (tx: RawTransaction) => Promise<unknown>
type PrismaSource = TransactionSource<RawTransaction>

/**
 * Several reads of one moment: `fn` sees one REPEATABLE READ READ ONLY snapshot, so that a page and its count, or a
 * case and who may see it, cannot disagree. Errors as in `createUnitOfWork`; a read-only snapshot has no conflicts to
 * repeat.
 */
export function readSnapshot<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T>
export function readSnapshot<Tx extends RawTransaction, T>(
  client: TransactionSource<Tx>,
  fn: (tx: Tx) => Promise<T>,
): Promise<T>
export async function readSnapshot(source: object, fn: unknown): Promise<unknown> {
  try {
    return source instanceof pg.Pool
      ? await onPool(source, fn as PoolReads)
      : await onPrisma(source as PrismaSource, fn as PrismaReads)
  } catch (error) {
    throw toProblem(error)
  }
}

async function onPool(pool: pg.Pool, fn: PoolReads): Promise<unknown> {
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

async function onPrisma(client: PrismaSource, fn: PrismaReads): Promise<unknown> {
  const limits = { isolationLevel: 'RepeatableRead', maxWait: 1_000, timeout: 5_000 } as const
  return client.$transaction(async tx => {
    await tx.$executeRawUnsafe('set transaction read only')
    return fn(tx)
  }, limits)
}
