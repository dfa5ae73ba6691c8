import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Log } from '@haven/stream'
import type { Pool } from 'pg'
import { missingFrom } from '../domain/chain.ts'
import { type Finding, isAlarm } from '../domain/findings.ts'
import { lapse, type Terms } from '../domain/judge.ts'
import type { Message } from '../domain/message.ts'
import { type Absence, absenceBefore, type Ears } from '../domain/silence.ts'
import { type BatchOptions, type Committed, loadMemory, type Memory, storeBatch } from '../store/batch.ts'
import { HeadMoved } from '../store/log.ts'
import { showAppended } from './append-spans.ts'
import { roomMaker } from './room.ts'

export interface SequencerOptions extends Pick<Terms, 'gapAfterMs' | 'giveUpAfterMs'> {
  /** As the app role. */
  readonly pool: Pool
  readonly log: Log
  readonly clock: Clock
  readonly own: BatchOptions['own']
  /** After a commit that wrote entries of audit's own. */
  readonly onOwn?: () => void
}

/** Counters since the process started. */
export interface SequencerCounters {
  appended: number
  batches: number
  findings: number
  failures: number
}

export const noCounts = (): SequencerCounters => ({ appended: 0, batches: 0, findings: 0, failures: 0 })

interface Waiting {
  readonly messages: readonly Message[]
  readonly settled: PromiseWithResolvers<void>
}

/** A batch closes after this long, when it holds so many entries, or when the one before is stored. */
const closeAfterMs = 200
const closeAtEntries = 1_024
/** So many may wait for a batch while another is stored: the rest stays on Kafka. A message without entries counts as one, for it waits in memory too. */
const waitAtMost = 4_096
const retryAfterMs = 500

/** Puts what producers say into the log, batch after batch. One at a time is useful; two do no harm, since the head moves by compare-and-set. */
export class Sequencer {
  readonly counters: SequencerCounters
  readonly #options: SequencerOptions
  readonly #makeRoom: ReturnType<typeof roomMaker>
  #memory: Memory | null = null
  #waiting: Waiting[] = []
  #entries = 0
  #full = Promise.withResolvers<void>()
  #roomy = Promise.withResolvers<void>()
  /** A batch is being put together and sent: PostgreSQL waits for it, so that nothing else is read meanwhile. */
  #isSending = false
  #working: Promise<void> | null = null
  #listening: Promise<void> | null = null
  #ears: Ears
  #absences: Absence[] = []
  #ended: unknown = null

  constructor(options: SequencerOptions, counters: SequencerCounters = noCounts()) {
    this.#options = options
    this.counters = counters
    this.#ears = { heardUntil: options.clock.now(), isFirst: true }
    this.#makeRoom = roomMaker(options.pool)
  }

  /** Resolves when everything that the messages say is in the log. @throws HeadMoved when another process appends */
  submit(messages: readonly Message[]): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    const settled = Promise.withResolvers<void>()
    this.#waiting.push({ messages, settled })
    for (const { leaves } of messages) this.#entries += Math.max(leaves.length, 1)
    if (this.#entries >= closeAtEntries) this.#full.resolve()
    this.#working ??= this.#work()
    return settled.promise
  }

  /** Resolves when it is time to read more, or nothing is taken any longer. */
  async room(): Promise<void> {
    while (this.#ended === null && (this.#isSending || this.#entries >= waitAtMost)) await this.#roomy.promise
  }

  /** Another process appends, or this one was stopped. */
  hasEnded(): boolean {
    return this.#ended !== null
  }

  /** Kafka has answered, with messages or without: silence is judged up to here. */
  hear(): void {
    const now = this.#options.clock.now()
    const absence = absenceBefore(this.#ears, now)
    if (absence !== null) this.#absences.push(absence)
    this.#ears = { heardUntil: now, isFirst: false }
  }

  /**
   * Looks at what time that passed means: who has fallen silent, which gaps are given up, how long Kafka was not heard. It is noted by a batch like
   * every other.
   */
  listen(): Promise<void> {
    const terms = this.#terms()
    const isLate =
      this.#absences.length > 0 ||
      [...(this.#memory?.producers.values() ?? [])].some(producer => lapse(producer, terms).isChanged)
    if (isLate && this.#ended === null)
      this.#listening ??= this.submit([]).finally(() => {
        this.#listening = null
      })
    return this.#listening ?? Promise.resolve()
  }

  /** What is to be asked for: the least missing number of each producer. */
  missing(): { producer: string; from: bigint }[] {
    return [...(this.#memory?.producers ?? [])].flatMap(([producer, { chain }]) => {
      const from = missingFrom(chain)
      return from === null ? [] : [{ producer, from }]
    })
  }

  /** Ends after the batch in work; what still waits is refused and comes again from Kafka. */
  async stop(): Promise<void> {
    this.#end(new Error('the sequencer has stopped'))
    await this.#working
  }

  /** Reads the log's state, so that silence and gaps of before are known from the start. */
  async begin(): Promise<void> {
    await this.#remember()
  }

  #taken(): Waiting[] {
    this.#entries = 0
    return this.#waiting.splice(0)
  }

  #end(error: unknown): void {
    this.#ended ??= error
    this.#full.resolve()
    for (const { settled } of this.#taken()) settled.reject(this.#ended)
    this.#sends(false)
  }

  #sends(isSending: boolean): void {
    this.#isSending = isSending
    if (isSending) return
    this.#roomy.resolve()
    this.#roomy = Promise.withResolvers<void>()
  }

  async #work(): Promise<void> {
    // Once only: what came while a batch was in work has waited already.
    if (this.#entries < closeAtEntries) await Promise.race([sleep(closeAfterMs), this.#full.promise])
    while (this.#waiting.length > 0) {
      const batch = this.#taken()
      this.#full = Promise.withResolvers<void>()
      const error = await this.#store(batch.flatMap(({ messages }) => messages))
      for (const { settled } of batch) error === null ? settled.resolve() : settled.reject(error)
    }
    this.#working = null
  }

  /** Repeats until it is stored; null, or why it never will be by this process. */
  async #store(messages: readonly Message[]): Promise<unknown> {
    for (;;) {
      if (this.#ended !== null) return this.#ended
      this.#sends(true)
      try {
        await this.#commit(messages)
        return null
      } catch (error) {
        // Whether it is stored is not known: everything remembered is dropped, and what was stored will be recognised.
        this.#memory = null
        this.counters.failures++
        if (error instanceof HeadMoved) this.#end(error)
        else this.#options.log.warn({ thrown: error }, 'a batch could not be stored and is repeated')
        if (this.#ended === null) await sleep(retryAfterMs)
      } finally {
        this.#sends(false)
      }
    }
  }

  async #commit(messages: readonly Message[]): Promise<void> {
    const { pool, own } = this.#options
    const memory = await this.#remember()
    const terms = this.#terms()
    await this.#makeRoom(
      memory.size,
      messages.flatMap(({ leaves }) => leaves),
      new Date(terms.now),
    )
    const done = await storeBatch(pool, memory, messages, { ...terms, own, onSent: () => this.#sends(false) })
    this.#took(done)
    showAppended(done.appended, terms.now)
    this.#absences = this.#absences.slice(terms.absences.length)
  }

  #took({ memory, appended, findings }: Committed): void {
    this.#memory = memory
    this.counters.appended += appended.length
    this.counters.batches++
    this.#tell(findings)
  }

  #tell(findings: readonly Finding[]): void {
    this.counters.findings += findings.length
    for (const finding of findings) {
      const said = 'seq' in finding ? { ...finding, seq: String(finding.seq) } : finding
      if (isAlarm(finding)) this.#options.log.error(said, 'a chain of access entries is not as it should be')
      else this.#options.log.info(said, 'access entries come as they should again')
    }
    if (findings.length > 0) this.#options.onOwn?.()
  }

  async #remember(): Promise<Memory> {
    this.#memory ??= await loadMemory(this.#options.pool, this.#options.clock.now())
    return this.#memory
  }

  #terms(): Terms {
    const { clock, gapAfterMs, giveUpAfterMs } = this.#options
    const { heardUntil } = this.#ears
    return { now: clock.now(), gapAfterMs, giveUpAfterMs, heardUntil, absences: [...this.#absences] }
  }
}
