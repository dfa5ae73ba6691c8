import type { Log } from '@haven/stream'
import { type Lease, LeaseLost } from '@haven/stream/parts'
import { splitFrames } from '../record/frames.ts'
import { type ChainHead, extend, isEntry } from './leaf.ts'
import { isFullTake, storeLeaves, type Taken, takeBatches } from './statements.ts'

/** An outbox row whose bytes are no entries. It stays where it is, so that the backlog grows old and nothing is lost in silence. */
class Unreadable extends Error {
  readonly ids: string[]
  constructor(ids: string[]) {
    super('outbox rows hold no entries')
    this.ids = ids
  }
}

/** What one transaction put into the chain. */
export interface Stored {
  readonly leaves: number
  /** As much was taken as may be: more may wait. */
  readonly isFull: boolean
}

const nothing: Stored = { leaves: 0, isFull: false }

/** Puts committed entries into the producer's chain. */
export class ChainStore {
  /** Ids of outbox rows that are passed over. */
  readonly unreadable: string[] = []
  #head: ChainHead
  readonly #producer: string
  readonly #lease: Lease
  readonly #log: Log

  constructor(options: { producer: string; head: ChainHead; lease: Lease; log: Log }) {
    this.#producer = options.producer
    this.#head = options.head
    this.#lease = options.lease
    this.#log = options.log
  }

  get head(): ChainHead {
    return this.#head
  }

  /** One transaction: rows out of the outbox, leaves in, chain moved. @throws LeaseLost when another relay has moved it */
  async store(): Promise<Stored> {
    try {
      return await this.#lease.run(async client => {
        await client.query('begin')
        try {
          const taken = await takeBatches(client, this.unreadable)
          const { head, leaves } = await this.#take(taken, made =>
            storeLeaves(client, this.#producer, this.#head, made),
          )
          await client.query('commit')
          this.#head = head
          return { leaves, isFull: isFullTake(taken) }
        } catch (error) {
          await client.query('rollback')
          throw error
        }
      })
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.unreadable.push(...error.ids)
      this.#log.error(
        { rows: error.ids },
        'rows of record.outbox hold no entries: they stay there until somebody looks',
      )
      return nothing
    }
  }

  async #take(
    taken: readonly Taken[],
    store: (leaves: Parameters<typeof storeLeaves>[3]) => Promise<boolean>,
  ): Promise<{ head: ChainHead; leaves: number }> {
    const rows = taken.map(row => ({ id: row.id, entries: entriesOf(row), writtenAt: row.written_at }))
    const unreadable = rows.filter(row => row.entries.length === 0)
    if (unreadable.length > 0) throw new Unreadable(unreadable.map(row => row.id))
    const entries = rows.flatMap(({ entries: made, writtenAt }) => made.map(entry => ({ entry, writtenAt })))
    if (entries.length === 0) return { head: this.#head, leaves: 0 }
    const { leaves, head } = extend(
      this.#producer,
      this.#head,
      entries.map(({ entry }) => entry),
    )
    const isStored = await store(leaves.map((leaf, at) => ({ ...leaf, writtenAt: entries[at]!.writtenAt })))
    if (!isStored) throw new LeaseLost({ cause: new Error('the chain was moved by another relay') })
    return { head, leaves: leaves.length }
  }
}

/** Empty for a row that is no batch of entries; a batch without entries is none either. */
function entriesOf({ batch }: Taken): Buffer[] {
  try {
    const entries = splitFrames(batch)
    return entries.every(isEntry) ? entries : []
  } catch {
    return []
  }
}
