import { Readable } from 'node:stream'
import { Problem, problemOf } from '@haven/problem'
import type { StreamRecord } from './stream-record.ts'

/** A piece of a feed. */
export interface FeedPart {
  readonly text: string
  /** How many of what is followed it shows; 0 for a sign of life. */
  readonly shown: number
  /** The position up to which everything has been shown. */
  readonly to: string
}

/** Something numbered that is followed as it grows. */
export interface Feed {
  /** The position behind which it begins. */
  readonly after: string
  /** Begins with a sign of life, with which the head of the answer goes out; ends by itself or when the signal says so. */
  follow(signal: AbortSignal): AsyncIterable<FeedPart>
  /** The last words to whoever follows, who goes on behind `to`; `reason` is a code, undefined when it ended by itself. */
  last(to: string, reason: string | undefined): string
}

/**
 * An answer that goes on for as long as somebody follows (`streams: 'feed'`), with one entry when it opens and one when it closes, of where it began, up to where it went and how many it
 * showed. For what names nobody, such as the record itself: people are shown by `recordedStream`, which names them. The request is judged anew every few seconds.
 */
export function recordedFeed(feed: Feed): Readable {
  return new RecordedFeed(feed)
}

const endGraceMs = 1_000
/** Judgements through which a reader may take nothing: a minute, with ten seconds between two. */
const patientJudgements = 6

/** Does nothing until the plugin begins it with a request's record. */
export class RecordedFeed extends Readable {
  readonly #feed: Feed
  readonly #ending = new AbortController()
  #record: StreamRecord | undefined
  #parts: AsyncIterator<FeedPart> | undefined
  #watch: NodeJS.Timeout | undefined
  #to: string
  #shown = 0
  #reason: string | undefined
  #isBroken = false
  /** When the reader was last given something that it has not asked beyond yet. */
  #givenAt: number | undefined
  #closing: Promise<void> | undefined

  constructor(feed: Feed) {
    super({ highWaterMark: 0 })
    this.#feed = feed
    this.#to = feed.after
  }

  /** Enters the opening, before the head of the answer is written. @throws Problem `audit-unavailable` */
  async begin(record: StreamRecord, judgeEveryMs: number): Promise<void> {
    await record.enter('success', { range: { after: this.#feed.after } })
    this.#record = record
    if (this.destroyed) {
      // It was ended meanwhile, and closed without an entry, since it was not open yet.
      await this.#enterClosing()
      throw new Problem('unavailable', { internal: 'a feed was ended while it opened' })
    }
    this.#parts = this.#feed.follow(this.#ending.signal)[Symbol.asyncIterator]()
    this.#watch = setInterval(() => void this.#judge(record, judgeEveryMs * patientJudgements), judgeEveryMs)
  }

  /** Ends it with its last words; at once, also for a reader who does not read. */
  end(reason: string): void {
    this.#reason ??= reason
    this.#ending.abort()
    setTimeout(() => this.destroy(), endGraceMs).unref()
  }

  override _read(): void {
    this.#givenAt = undefined
    void this.#send()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#ending.abort()
    this.#parts?.return?.().catch(() => undefined)
    this.close().then(() => callback(error))
  }

  /** The entry of its closing, once; resolves when it is durable or cannot be. */
  close(): Promise<void> {
    clearInterval(this.#watch)
    this.#closing ??= this.#enterClosing()
    return this.#closing
  }

  async #send(): Promise<void> {
    try {
      if (this.#parts === undefined) throw new Error('a recorded feed was sent by a route without a record')
      const { value: part, done } = await this.#parts.next()
      if (this.destroyed) return
      // What was read while the right to see it ended is not shown.
      if (done || this.#ending.signal.aborted) return await this.#sayLast()
      this.#shown += part.shown
      this.#to = part.to
      this.#givenAt = performance.now()
      this.push(part.text)
    } catch (error) {
      if (this.#ending.signal.aborted) return this.#sayLast()
      const problem = problemOf(error)
      this.#reason = problem.code
      this.#isBroken = true
      this.destroy(problem)
    }
  }

  async #sayLast(): Promise<void> {
    await this.close()
    if (this.destroyed) return
    this.push(this.#feed.last(this.#to, this.#reason))
    this.push(null)
  }

  async #judge(record: StreamRecord, slowestMs: number): Promise<void> {
    const isStuck = this.#givenAt !== undefined && performance.now() - this.#givenAt > slowestMs
    const reason = isStuck ? 'reader-too-slow' : await record.refused()
    if (reason !== undefined) this.end(reason)
  }

  async #enterClosing(): Promise<void> {
    const range = { after: this.#feed.after, to: this.#to }
    try {
      await this.#record?.enter(
        this.#isBroken ? 'failure' : 'success',
        { range, resultCount: this.#shown },
        this.#reason,
      )
    } catch (error) {
      this.#record?.log.error({ thrown: error, ...range }, 'a feed was closed and its entry could not be made')
    }
  }
}
