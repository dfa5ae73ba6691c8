import type { Chain } from './chain.ts'
import { evidence, giveUp, newChain, type Step, take } from './chain.ts'
import type { Finding } from './findings.ts'
import type { Message } from './message.ts'
import { type Absence, excuse, type Hearing, heard, listen } from './silence.ts'

/** What is known of a producer. */
export interface Producer {
  readonly chain: Chain
  /** The highest number that a signed head has named. */
  readonly headSeq: bigint
  readonly hearing: Hearing
}

/** What follows from a batch of messages. */
export interface Judged {
  producers: Map<string, Producer>
  steps: { producer: string; step: Step }[]
  findings: Finding[]
}

/** What is judged by. */
export interface Terms {
  /** Milliseconds since 1970. */
  readonly now: number
  /** How long what is missing is asked for before the log goes on behind it. */
  readonly gapAfterMs: number
  /** How long a gap is asked for. */
  readonly giveUpAfterMs: number
  /** When Kafka last answered. */
  readonly heardUntil: number
  /** Times in which it did not, which the producers are not blamed for. */
  readonly absences: readonly Absence[]
}

/**
 * Judges messages in their order, each producer's on its own chain, and then what the time that passed means for everyone.
 * @param stored hashes of what is in the log already, by {@link linkKey}
 */
export function judge(
  known: ReadonlyMap<string, Producer>,
  messages: readonly Message[],
  stored: ReadonlyMap<string, Uint8Array>,
  terms: Terms,
): Judged {
  const { now, gapAfterMs } = terms
  const judged: Judged = { producers: new Map(), steps: [], findings: terms.absences.flatMap(foundOf) }
  const appended = new Map<string, Uint8Array>()
  for (const { producer, leaves, head, unreadable, ...sign } of messages) {
    if (unreadable) judged.steps.push({ producer, step: evidence('exchanged', head.seq, unreadable) })
    const before = judged.producers.get(producer) ?? known.get(producer) ?? null
    const hashAt = (seq: bigint) => appended.get(linkKey(producer, seq)) ?? stored.get(linkKey(producer, seq))
    const taken = take(before?.chain ?? newChain, leaves, head, { stored: hashAt, now, gapAfterMs })
    for (const step of taken.steps) {
      judged.steps.push({ producer, step })
      if (step.do === 'append') appended.set(linkKey(producer, step.leaf.seq), step.leaf.hash)
    }
    const { hearing, change } = heard(before?.hearing ?? null, now, sign)
    if (change !== null) judged.findings.push({ producer, reason: 'producer-heard-again', seq: taken.chain.seq })
    const headSeq = before === null || head.seq > before.headSeq ? head.seq : before.headSeq
    judged.producers.set(producer, { chain: taken.chain, headSeq, hearing })
  }
  for (const [producer, before] of new Map([...known, ...judged.producers])) {
    const lapsed = lapse(before, terms)
    if (!lapsed.isChanged) continue
    judged.producers.set(producer, lapsed.after)
    judged.steps.push(...lapsed.steps.map(step => ({ producer, step })))
    if (lapsed.isSilent) judged.findings.push({ producer, reason: 'producer-silent', seq: before.chain.seq })
  }
  return judged
}

function foundOf({ from, to, isFirst }: Absence): Finding[] {
  return isFirst ? [] : [{ reason: 'kafka-heard-again', awaySeconds: Math.round((to - from) / 1_000) }]
}

/** What passing time means for a producer: it fell silent, gaps of it are given up. */
export function lapse(before: Producer, { now, giveUpAfterMs, heardUntil, absences }: Terms) {
  const excused = absences.reduce(excuse, before.hearing)
  const { hearing, change } = listen(excused, heardUntil)
  const { chain, steps } = giveUp(before.chain, now, giveUpAfterMs)
  const isChanged = hearing !== before.hearing || steps.length > 0
  return { after: { ...before, hearing, chain }, steps, isSilent: change !== null, isChanged }
}

/** Numbers up to where a chain is: what arrives under them is compared with what is stored. */
export function oldNumbers(known: ReadonlyMap<string, Producer>, messages: readonly Message[]) {
  return messages.flatMap(({ producer, leaves, head }) => {
    const last = known.get(producer)?.chain.seq ?? 0n
    return [...leaves, head].filter(({ seq }) => seq <= last).map(({ seq }) => ({ producer, seq }))
  })
}

/** Names a number of a producer. */
export const linkKey = (producer: string, seq: bigint): string => `${producer} ${seq}`
