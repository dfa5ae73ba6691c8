import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@haven/problem'
import { isConflict, isTransient, toProblem } from './errors.ts'
import type { Log } from './log.ts'

/** What the callback of a unit of work gets: the transaction, and a basket for what is written with it at its end. */
export interface Work<Tx, Item> {
  readonly tx: Tx
  /** Kept in order and handed to `writeLast`; a rolled-back attempt drops its items. */
  collect(item: Item): void
}

/** Runs the callback in one transaction. The callback may run again, so it keeps its hands off anything but `work`. */
export type UnitOfWork<Tx, Item> = <T>(fn: (work: Work<Tx, Item>) => Promise<T>) => Promise<T>

export interface UnitOfWorkOptions<Tx, Item> {
  /** A Prisma client on `prismaAdapter(pool)`. */
  client: { $transaction<T>(fn: (tx: Tx) => Promise<T>, options?: { maxWait?: number; timeout?: number }): Promise<T> }
  /**
   * Writes what was collected in ONE statement and always executes one, with nothing collected too: when a callback
   * swallows a statement's error, Prisma resolves although PostgreSQL rolled back; a last statement then fails with
   * 25P02 and we reject.
   */
  writeLast(tx: Tx, items: Item[]): Promise<void>
  /**
   * After a commit that is known to have happened, for instance to wake the relay. Its errors are logged and change
   * nothing.
   */
  onCommit?(): void
  log?: Log
}

const attempts = 5
/** Prisma's own limits in milliseconds: waiting for a connection, and the whole transaction. */
const limits = { maxWait: 1_000, timeout: 5_000 }

/**
 * The one way a domain service writes. Serialization failures and deadlocks run `fn` again, up to five times. Rejects
 * with what `fn` threw; with `Problem('unavailable')` when the database is away, too slow, or conflicts do not end;
 * with `DatabaseFailure` for other refusals.
 *
 * A connection that breaks during COMMIT leaves the outcome unknown: it is reported as `unavailable` (the internal text
 * says so) and is not repeated here, because the effect may exist. Who repeats must be able to: If-Match, an
 * Idempotency-Key, or an identity of its own.
 */
export function createUnitOfWork<Tx, Item>(options: UnitOfWorkOptions<Tx, Item>): UnitOfWork<Tx, Item> {
  return async fn => {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await runOnce(options, fn)
        announce(options)
        return result
      } catch (error) {
        if (!isConflict(error)) throw error
        if (attempt === attempts) throw toProblem(error)
        options.log?.info({ attempt }, 'a transaction met a conflict and runs again')
        await sleep(Math.random() * 10 * 2 ** attempt)
      }
    }
  }
}

async function runOnce<Tx, Item, T>(
  options: UnitOfWorkOptions<Tx, Item>,
  fn: (work: Work<Tx, Item>) => Promise<T>,
): Promise<T> {
  let written = false
  try {
    return await options.client.$transaction(async tx => {
      const items: Item[] = []
      let open = true
      const collect = (item: Item): void => {
        if (!open) throw new Error('collect was called after the unit of work had ended: a promise was not awaited')
        items.push(item)
      }
      const result = await fn({ tx, collect })
      open = false
      await options.writeLast(tx, items)
      written = true
      return result
    }, limits)
  } catch (error) {
    if (isConflict(error)) throw error
    if (written && isTransient(error)) throw unknownOutcome(error)
    throw toProblem(error)
  }
}

function unknownOutcome(error: unknown): Problem {
  return new Problem('unavailable', {
    internal: 'database: the answer to COMMIT was lost, the outcome is unknown',
    cause: (toProblem(error) as Problem).cause,
  })
}

function announce<Tx, Item>({ onCommit, log }: UnitOfWorkOptions<Tx, Item>): void {
  try {
    onCommit?.()
  } catch (error) {
    log?.error({ err: error }, 'what follows a commit failed; the commit stands')
  }
}
