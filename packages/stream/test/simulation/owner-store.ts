import type { FactRow, NumberedStream, Range } from '../../src/relay/statements.ts'
import { assignNumbers } from '../../src/steps/numbering.ts'
import type { StreamName } from '../../src/steps/stream-name.ts'
import type { Random } from './random.ts'
import type { Rules } from './rules.ts'
import type { Timeline } from './timeline.ts'

export interface StoredFact {
  /** The database's sequence. */
  id: number
  factId: string
  stream: number
  key: string
  /** Position in the order in which this key's changes were committed. */
  n: number
}

/** An owner's database: every method is one committed transaction. */
export class OwnerStore {
  readonly streams: StreamName[]
  readonly facts = new Map<number, StoredFact>()
  /** Committed facts in the order of their commits. */
  readonly committed: StoredFact[] = []
  readonly next: bigint[]
  readonly sent: bigint[]
  readonly numbered: (number | null)[][]
  leaseHolder: object | null = null
  readonly #unsent = new Set<number>()
  readonly #keyOrder = new Map<string, number>()
  readonly #rules: Rules
  #sequence = 0
  #lastId = 0

  constructor(streams: StreamName[], rules: Rules) {
    this.streams = streams
    this.#rules = rules
    this.next = streams.map(() => 0n)
    this.sent = streams.map(() => 0n)
    this.numbered = streams.map(() => [])
  }

  takeId(): number {
    return ++this.#sequence
  }

  commitFact(id: number, stream: number, key: string): void {
    const n = (this.#keyOrder.get(key) ?? 0) + 1
    this.#keyOrder.set(key, n)
    const owner = this.streams[stream]!.service.slice(-1)
    const factId = `0000000${owner}-0000-7000-8000-${id.toString(16).padStart(12, '0')}`
    const fact = { id, factId, stream, key, n }
    this.facts.set(id, fact)
    this.committed.push(fact)
    this.#unsent.add(id)
  }

  /** What a numbering statement sees when it begins. */
  snapshot(atMost: number): { ids: number[]; next: bigint[]; lastId: number } {
    const ids = [...this.#unsent].sort((a, b) => a - b)
    const seen = this.#rules.numbering === 'last-id-cursor' ? ids.filter(id => id > this.#lastId) : ids
    return { ids: seen.slice(0, atMost), next: [...this.next], lastId: this.#lastId }
  }

  /** Commits a numbering that began with `seen`; null when numbered's primary key refuses it. */
  number(seen: { ids: number[]; next: bigint[]; lastId: number }): NumberedStream[] | null {
    // DELETE … RETURNING finds only what another one has not taken.
    const taken = seen.ids.filter(id => this.#unsent.has(id))
    const facts = taken.map(id => ({ id: BigInt(id), stream: this.facts.get(id)!.stream }))
    const next = new Map(seen.next.map((last, stream) => [stream, last]))
    const rows = assignNumbers(facts, next, facts.length).map(({ id, stream, seq }) => {
      return { stream, id: Number(id), seq: this.#rules.numbering === 'by-sequence' ? id : seq }
    })
    const isTaken = rows.some(row => this.numbered[row.stream]![Number(row.seq)] !== undefined)
    if (isTaken && this.#rules.numbering !== 'unguarded') return null
    for (const { stream, seq, id } of rows) {
      this.numbered[stream]![Number(seq)] = id
      this.#unsent.delete(id)
      this.#lastId = Math.max(this.#lastId, id)
      this.next[stream] = seq
    }
    const changed = Map.groupBy(rows, row => row.stream)
    return [...changed].map(([id, own]) => ({ id, next: own.at(-1)!.seq, facts: own.length }))
  }

  read(ranges: readonly Range[]): FactRow[] {
    return ranges.flatMap(({ stream, from, rows }) => {
      const result: FactRow[] = []
      const all = this.numbered[stream]!
      for (let seq = Number(from); seq < all.length && result.length < rows; seq++) {
        const id = all[seq]
        if (id !== undefined && id !== null) result.push(this.#row(stream, seq, this.facts.get(id)!))
      }
      return result
    })
  }

  noteSent(stream: number, sent: bigint): void {
    if (sent > this.sent[stream]!) this.sent[stream] = sent
  }

  #row(stream: number, seq: number, { factId, key, n }: StoredFact): FactRow {
    return {
      stream,
      seq: BigInt(seq),
      fact_id: factId,
      key,
      type: 'happened',
      subject: key,
      organisation: 'org',
      version: String(n),
      time: new Date(0),
      traceparent: null,
      data: null,
    }
  }
}

/** Writers change aggregates: lock the row, take the id, commit a little later; some roll back. */
export class Writers {
  readonly #locked = new Map<string, (() => void)[]>()
  readonly #store: OwnerStore
  readonly #timeline: Timeline
  readonly #random: Random
  readonly #rules: Rules

  constructor(store: OwnerStore, timeline: Timeline, random: Random, rules: Rules) {
    this.#store = store
    this.#timeline = timeline
    this.#random = random
    this.#rules = rules
  }

  change(stream: number, key: string): void {
    if (this.#rules.id === 'without-lock') {
      this.#work(stream, key, null, () => undefined)
      return
    }
    if (this.#rules.id === 'under-lock') {
      this.#lock(stream, key, null)
      return
    }
    const early = this.#store.takeId()
    this.#timeline.after(this.#random.between(0, 20), () => this.#lock(stream, key, early))
  }

  #lock(stream: number, key: string, early: number | null): void {
    const waiting = this.#locked.get(key)
    const start = () => this.#work(stream, key, early, () => this.#unlock(key))
    if (waiting) waiting.push(start)
    else {
      this.#locked.set(key, [])
      start()
    }
  }

  #work(stream: number, key: string, early: number | null, unlock: () => void): void {
    this.#timeline.after(this.#random.between(0, 20), () => {
      const id = early ?? this.#store.takeId()
      // Facts are written last; the commit follows, sometimes late.
      this.#timeline.after(
        this.#random.chance(0.1) ? this.#random.between(50, 900) : this.#random.between(0, 5),
        () => {
          if (!this.#random.chance(0.03)) this.#store.commitFact(id, stream, key)
          unlock()
        },
      )
    })
  }

  #unlock(key: string): void {
    const next = this.#locked.get(key)?.shift()
    if (next) next()
    else this.#locked.delete(key)
  }
}
