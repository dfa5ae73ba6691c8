/** A consumer's place in a stream: everything up to `last` is applied or parked. */
export interface Place {
  readonly epoch: bigint
  readonly last: bigint
  /** Id of the fact at `last`; null at 0. */
  readonly factId: string | null
}

/** What a record says, seen from one consumer. */
export type Sighting =
  | {
      kind: 'fact'
      epoch: bigint
      seq: bigint
      factId: string /** id at seq - 1, null when the owner does not know it */
      prev: string | null
    }
  | { kind: 'head'; epoch: bigint; seq: bigint; factId: string | null }

export type Verdict =
  | { do: 'apply'; place: Place }
  /** Seen before, or it says nothing new. */
  | { do: 'nothing' }
  /** Something is missing from `from` on. */
  | { do: 'ask'; from: bigint }
  /** The owner contradicts what was applied: an alarm, and nothing more is taken from this stream. */
  | { do: 'stop'; reason: StopReason }
  /** The owner has opened a new epoch: begin at 0 in it, with an alarm, then judge again. */
  | { do: 'enter-epoch'; place: Place }

export type StopReason = 'other-fact-at-place' | 'prev-does-not-fit'

/** The rule of a numbered stream, for one record. */
export function judge(place: Place, seen: Sighting): Verdict {
  // An older epoch is a zombie's tail, never applied again.
  if (seen.epoch < place.epoch) return { do: 'nothing' }
  if (seen.epoch > place.epoch) return { do: 'enter-epoch', place: { epoch: seen.epoch, last: 0n, factId: null } }
  if (seen.seq < place.last) return { do: 'nothing' }
  if (seen.seq === place.last)
    return sameFact(place, seen.factId) ? { do: 'nothing' } : { do: 'stop', reason: 'other-fact-at-place' }
  if (seen.kind === 'head' || seen.seq > place.last + 1n) return { do: 'ask', from: place.last + 1n }
  if (seen.prev !== null && !sameFact(place, seen.prev)) return { do: 'stop', reason: 'prev-does-not-fit' }
  return { do: 'apply', place: { epoch: place.epoch, last: seen.seq, factId: seen.factId } }
}

function sameFact(place: Place, factId: string | null): boolean {
  return place.last === 0n || factId === null || factId === place.factId
}
