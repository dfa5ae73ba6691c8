import { Problem } from '@haven/problem'
import type { Log } from '@haven/stream'
import type { Pool } from 'pg'
import { frameEntries } from './frames.ts'

export interface RecorderOptions {
  /** As the app role, with `max: 1`: more connections make group commits smaller and are slower (docs: facts, 'Commits and the record'). */
  readonly pool: Pick<Pool, 'query'>
  readonly log: Log
  /** Of the relay that takes entries away; while it is full nothing is recorded and so nothing answered. */
  readonly backlog: () => { readonly full: boolean }
  /** Milliseconds that one answer may wait for its entry; 1,500 unless told, so that its 503 comes within 2 s. */
  readonly timeoutMs?: number
  /** After each commit, for instance to wake the relay. */
  readonly onCommit?: () => void
  /** Told of each batch that was tried: its entries, and how long the first of them had waited by then. */
  readonly onBatch?: (batch: {
    readonly entries: number
    readonly waitedMs: number
    readonly isWritten: boolean
  }) => void
}

/** Where entries become durable before their answers leave. */
export interface Recorder {
  /** Before any work is done for a request. @throws Problem `audit-unavailable` while the backlog is full */
  check(): void
  /**
   * Resolves when the entries are durable. Calls that meet share a commit.
   * @throws Problem `audit-unavailable`; the entries may exist all the same when the connection broke during the commit
   */
  record(entries: readonly Uint8Array[]): Promise<void>
  /** Waits for what is under way; the pool stays the caller's. */
  close(): Promise<void>
}

interface Batch {
  readonly entries: Uint8Array[]
  bytes: number
  readonly settled: PromiseWithResolvers<void>
  readonly openedMs: number
  timer?: NodeJS.Timeout
}

// One message of the relay holds as much; a larger row would only be cut again.
const maxBatchBytes = 524_288

/** The insert of entries for a statement or a transaction of the caller's own. */
export function recordStatement(entries: readonly Uint8Array[]): { text: string; values: unknown[] } {
  return { text: 'insert into record.outbox (batch) values ($1)', values: [frameEntries(entries)] }
}

/**
 * Group commit with natural batching: while one insert is under way, what comes is gathered for the next. Each is one statement that
 * commits by itself.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { pool, log, backlog, timeoutMs = 1_500, onCommit } = options
  const waiting: Batch[] = []
  let flushing: Promise<void> | undefined
  let isFailing = false

  async function flush(): Promise<void> {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      try {
        await pool.query({ name: 'record', ...recordStatement(batch.entries) })
        batch.settled.resolve()
        if (isFailing) log.info({}, 'access entries can be written again')
        isFailing = false
        onCommit?.()
        tell(batch, true)
      } catch (error) {
        batch.settled.reject(unavailable('the entry could not be written', error))
        if (!isFailing) log.error({ thrown: error }, 'access entries cannot be written: nothing is answered')
        isFailing = true
        tell(batch, false)
      } finally {
        clearTimeout(batch.timer)
      }
    }
    flushing = undefined
  }

  function tell({ entries, openedMs }: Batch, isWritten: boolean): void {
    options.onBatch?.({ entries: entries.length, waitedMs: performance.now() - openedMs, isWritten })
  }

  function openBatch(bytes: number): Batch {
    const last = waiting.at(-1)
    if (last && last.bytes + bytes <= maxBatchBytes) return last
    const batch: Batch = {
      entries: [],
      bytes: 0,
      settled: Promise.withResolvers<void>(),
      openedMs: performance.now(),
    }
    batch.timer = setTimeout(() => giveUp(batch), timeoutMs)
    waiting.push(batch)
    return batch
  }

  // What is under way may still be written: entries without an answer are allowed, answers without an entry are not.
  function giveUp(batch: Batch): void {
    const at = waiting.indexOf(batch)
    if (at >= 0) waiting.splice(at, 1)
    batch.settled.reject(unavailable('the entry took too long'))
  }

  function check(): void {
    if (backlog().full) throw unavailable('too many entries wait for Kafka')
  }

  return {
    check,
    async record(entries) {
      check()
      const bytes = entries.reduce((sum, { length }) => sum + length, 0)
      const batch = openBatch(bytes)
      batch.entries.push(...entries)
      batch.bytes += bytes
      flushing ??= flush()
      await batch.settled.promise
    },
    close: async () => flushing,
  }
}

function unavailable(internal: string, cause?: unknown): Problem {
  return new Problem('audit-unavailable', {
    internal,
    headers: { 'retry-after': '5' },
    ...(cause === undefined ? {} : { cause }),
  })
}
