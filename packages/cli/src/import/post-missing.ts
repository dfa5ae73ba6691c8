import { limits } from '@haven/contracts'
import type { EventName, PartnerApi } from '../gateway/partner-api.ts'
import { type Patience, persist } from '../gateway/patience.ts'
import type { NrmEvent } from '../nrm/events.ts'
import { windows } from './windows.ts'

// brackets of the array, and room for a proxy that counts otherwise
const batchBytes = limits.batch.maxBytes - 1_024

/** What was done with the events of one responder. */
export interface Count {
  people: number
  /** The gateway had them before this run. */
  present: number
  /** The gateway has them since this run. */
  posted: number
}

/** Where and how a file is posted. */
export interface PostingOptions {
  api: PartnerApi
  /** Events in one request at most. Few cost round trips, many cost more when a connection breaks. */
  batchEvents: number
  patience: Patience
  onProgress: (done: number) => void
}

/** What came of posting a file. */
export interface Posting {
  responders: Map<string, Count>
  /** All events in the file's order. */
  names: EventName[]
}

/**
 * Posts what the gateway does not have. After any interruption it asks again what is there, so that nothing is posted that already
 * arrived; and the gateway knows an event by its source and id, so that even two runs at once cannot post it twice.
 */
export async function postMissing(
  events: AsyncIterable<NrmEvent>,
  { api, batchEvents, patience, onProgress }: PostingOptions,
): Promise<Posting> {
  const posting: Posting = { responders: new Map(), names: [] }
  let done = 0
  const countOf = (responder: string): Count => {
    const count = posting.responders.get(responder) ?? { people: 0, present: 0, posted: 0 }
    posting.responders.set(responder, count)
    return count
  }
  for await (const window of windows(events, { maxItems: limits.lookup.maxEvents })) {
    const states = await persist(() => api.lookup(window.map(({ event }) => event)), patience)
    const missing = window.filter((_, n) => states[n] === null)
    for (const { responder, event } of window) {
      countOf(responder).people++
      posting.names.push({ source: event.source, id: event.id })
    }
    for (const [n, { responder }] of window.entries()) if (states[n] !== null) countOf(responder).present++
    done += window.length - missing.length
    onProgress(done)
    const sizes = { maxItems: batchEvents, maxBytes: batchBytes, bytesOf: ({ event }: NrmEvent) => bytesOf(event) }
    for await (const batch of windows(missing, sizes)) {
      await postBatch(batch, api, patience)
      for (const { responder } of batch) countOf(responder).posted++
      done += batch.length
      onProgress(done)
    }
  }
  return posting
}

// the comma between two events counted in
const bytesOf = (event: object): number => Buffer.byteLength(JSON.stringify(event)) + 1

async function postBatch(batch: readonly NrmEvent[], api: PartnerApi, patience: Patience): Promise<void> {
  let left = batch.map(({ event }) => event)
  await persist(async first => {
    if (!first) {
      const asked = left
      const states = await api.lookup(asked)
      left = asked.filter((_, n) => states[n] === null)
    }
    if (left.length > 0) await api.post(left)
  }, patience)
}
