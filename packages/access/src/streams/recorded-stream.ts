import { Readable } from 'node:stream'
import { problemOf } from '@haven/problem'
import { type Chunk, chunksOf } from './chunks.ts'
import type { StreamRecord } from './stream-record.ts'

/** How the items of a stream are named and written. */
export interface Streamed<T> {
  /** Audit surrogates of everyone whom an item shows. */
  subjectsOf(item: T): readonly string[]
  /** An item as it is sent. */
  encode(item: T): string
  /** What follows the last item and shows nobody, so that a reader knows the whole from a part. */
  end?(): string
}

/**
 * The one way for a route to answer with rows as they are read (`streams: 'chunks'`): at most 200 of them at a time, each chunk's entry, naming everyone in it, durable
 * before any of its bytes. When an entry cannot be made the connection is broken, so that nobody takes a part for the whole. Items are read as the
 * caller reads.
 */
export function recordedStream<T>(items: AsyncIterable<T>, how: Streamed<T>): Readable {
  return new RecordedStream(chunksOf(items, how.subjectsOf), how as Streamed<unknown>)
}

/** Does nothing until the plugin begins it with a request's record. */
export class RecordedStream extends Readable {
  readonly #chunks: AsyncGenerator<Chunk<unknown>>
  readonly #how: Streamed<unknown>
  #record: StreamRecord | undefined
  /** Entered and not yet sent. */
  #first: Chunk<unknown> | undefined

  constructor(chunks: AsyncGenerator<Chunk<unknown>>, how: Streamed<unknown>) {
    // Nothing is read, and so nothing entered, before the caller has taken what was sent.
    super({ highWaterMark: 0 })
    this.#chunks = chunks
    this.#how = how
  }

  /** Enters the first chunk, before the head of the answer is written. @throws what the source throws, Problem `audit-unavailable` */
  async begin(record: StreamRecord): Promise<void> {
    this.#record = record
    this.#first = await this.#next(record)
  }

  override _read(): void {
    void this.#send()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // A source that is being read ends after that; nobody waits for it.
    this.#chunks.return(undefined).catch(() => undefined)
    callback(error)
  }

  async #send(): Promise<void> {
    const record = this.#record
    if (record === undefined)
      return void this.destroy(new Error('a recorded stream was sent by a route without a record'))
    try {
      const chunk = this.#first ?? (await this.#next(record))
      this.#first = undefined
      const text =
        chunk === undefined ? (this.#how.end?.() ?? '') : chunk.items.map(item => this.#how.encode(item)).join('')
      if (this.destroyed) return
      if (text !== '') this.push(text)
      if (chunk === undefined) this.push(null)
      else if (text === '') await this.#send()
    } catch (error) {
      await this.#breakOff(record, error)
    }
  }

  async #next(record: StreamRecord): Promise<Chunk<unknown> | undefined> {
    const { value: chunk, done } = await this.#chunks.next()
    if (done) return undefined
    await record.enter('success', { subjects: [...chunk.subjects], resultCount: chunk.items.length })
    return chunk
  }

  async #breakOff(record: StreamRecord, error: unknown): Promise<void> {
    const problem = problemOf(error)
    try {
      await record.enter('failure', {}, problem.code)
    } catch {
      // The record is what is away; the entries of what was sent are there.
    }
    this.destroy(problem)
  }
}
