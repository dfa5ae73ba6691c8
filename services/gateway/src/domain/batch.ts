import { type CloudEvent, limits } from '@haven/contracts'
import { canonicalForm } from './canonical-event.ts'
import { type Partner, refusalsOf } from './partner.ts'
import { type Finding, type Reading, readStructured, type Schemas } from './reading.ts'

/** An event that may be accepted, with the bytes that its identity check compares. */
export interface Candidate {
  readonly event: CloudEvent
  readonly canonical: Uint8Array
}

/** An event that may not, with the code of its answer and every reason. */
export interface Refused {
  readonly code:
    | 'validation-failed'
    | 'event-type-unknown'
    | 'body-too-large'
    | 'source-not-registered'
    | 'referring-organisation-not-registered'
  readonly errors: readonly Finding[]
}

export type Judgement = Candidate | Refused

export const isCandidate = (judgement: Judgement): judgement is Candidate => 'event' in judgement

/** Judges what was read against the partner's registration and the size of one event. */
export function judge(reading: Reading, partner: Partner): Judgement {
  if (!('event' in reading)) return { code: reading.code ?? 'validation-failed', errors: reading.errors }
  const refusals = refusalsOf(partner, reading.event)
  const [first] = refusals
  if (first) return { code: first.code, errors: refusals.map(({ pointer, detail }) => ({ pointer, detail })) }
  const canonical = canonicalForm(reading.event)
  if (canonical.length > limits.bodyBytes) {
    return {
      code: 'body-too-large',
      errors: [
        { pointer: '', detail: `must not be larger than ${limits.bodyBytes} bytes, as a single event must not` },
      ],
    }
  }
  return { event: reading.event, canonical }
}

/** Reads and judges each event of a batch; pointers begin with its index in the array. */
export function judgeBatch(values: readonly unknown[], partner: Partner, schemas: Schemas): Judgement[] {
  return values.map((value, index) => {
    const judgement = judge(readStructured(value, schemas), partner)
    if (isCandidate(judgement)) return judgement
    const errors = judgement.errors.map(error => ({ ...error, pointer: `/${index}${error.pointer}` }))
    return { ...judgement, errors }
  })
}

/**
 * The first event of each identity, in the order in which they came: those are written. Whatever comes later under the same
 * identity is compared with what stands there afterwards, exactly as if it had come in a request of its own.
 */
export function firstOfEach<T extends { readonly identity: string }>(events: readonly T[]): T[] {
  const seen = new Set<string>()
  return events.filter(({ identity }) => {
    if (seen.has(identity)) return false
    seen.add(identity)
    return true
  })
}
