/**
 * The owner's memory of one stream. `sent` is what Kafka acknowledged and only grows: limits, receipts and retention read it. `cursor` is the
 * number up to which this pass has been acknowledged; a consumer's ask rewinds it. They are apart because a rewound `sent` lost facts in the model.
 */
export interface Lane {
  /** Last number given. */
  readonly next: bigint
  readonly sent: bigint
  readonly cursor: bigint
  /** The cursor when the send that is in flight began; one send at a time, heads included. */
  readonly slot: bigint | null
}

/** A lane whose numbers up to `resumeAt` are known to stand in Kafka. */
export function openLane(next: bigint, sent: bigint, resumeAt: bigint): Lane {
  return { next, sent: max(sent, resumeAt), cursor: max(sent, resumeAt), slot: null }
}

/** Numbering has given numbers up to `next`. */
export function numberedTo(lane: Lane, next: bigint): Lane {
  return { ...lane, next: max(lane.next, next) }
}

/** Numbers above the cursor wait and nothing is in flight. */
export function hasPending(lane: Lane): boolean {
  return lane.slot === null && lane.cursor < lane.next
}

/** Takes the slot: what is sent now begins above the cursor. */
export function begin(lane: Lane): Lane {
  if (lane.slot !== null) throw new Error('one send in flight a stream')
  return { ...lane, slot: lane.cursor }
}

/** The send came to nothing and is not repeated. */
export function abandoned(lane: Lane): Lane {
  return { ...lane, slot: null }
}

/**
 * Kafka acknowledged everything up to `to`. The cursor moves by compare-and-set: whoever asked meanwhile must not be passed over.
 */
export function acknowledged(lane: Lane, to: bigint): Lane {
  if (lane.slot === null) throw new Error('nothing was in flight')
  return { ...lane, slot: null, sent: max(lane.sent, to), cursor: lane.cursor === lane.slot ? to : lane.cursor }
}

/** A consumer misses `asked` and what follows: this pass goes back to the least asked. Nonsense changes nothing. */
export function rewind(lane: Lane, asked: bigint): Lane {
  const before = asked < 1n ? 0n : asked - 1n
  return before < lane.cursor ? { ...lane, cursor: before } : lane
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
