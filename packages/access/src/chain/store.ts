import type { Log } from '@haven/stream'
import { type Lease, LeaseLost } from '@haven/stream/parts'
import { splitFrames } from '../record/frames.ts'
import { type ChainHead, extend, isEntry } from './leaf.ts'
import { storeLeaves, type Taken, takeBatches } from './statements.ts'

/** An outbox row whose bytes are no entries. It stays where it is, so that the backlog grows old and nothing is lost in silence. */
class Unreadable extends Error {
  readonly ids: string[]
  constructor(ids: string[]) {
    super('outbox rows hold no entries')
    this.ids = ids
  }
}

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

  /** One transaction: rows out of the outbox, leaves in, chain moved. Answers the number of leaves. @throws LeaseLost when another relay has moved it */
  async store(): Promise<number> {
    try {
      return await this.#lease.run(async client => {
        await client.query('begin')
        try {
          const stored = await this.#take(await takeBatches(client, this.unreadable), leaves =>
            storeLeaves(client, this.#producer, this.#head, leaves),
          )
          await client.query('commit')
          this.#head = stored.head
          return stored.leaves
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
      return 0
    }
  }

  async #take(
    taken: readonly Taken[],
    store: (leaves: Parameters<typeof storeLeaves>[3]) => Promise<boolean>,
  ): Promise<{ head: ChainHead; leaves: number }> {
    const entries = taken.flatMap(row => entriesOf(row).map(entry => ({ entry, writtenAt: row.written_at })))
    const unreadable = taken.filter(row => entriesOf(row).length === 0)
    if (unreadable.length > 0) throw new Unreadable(unreadable.map(row => row.id))
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
