import { setImmediate } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import type { Gap } from '../domain/chain.ts'
import { type Finding, gapFinding } from '../domain/findings.ts'
import { type Judged, judge, linkKey, oldNumbers, type Producer, type Terms } from '../domain/judge.ts'
import type { Leaf } from '../domain/leaf.ts'
import type { Message } from '../domain/message.ts'
import { project } from '../domain/projection.ts'
import { mayRepeat } from '../domain/repeats.ts'
import { appendLeaves, appendLinks, HeadMoved, lockHead, moveHead, storedHashes } from './log.ts'
import { changeGap, keepEvidence, loadProducers, moveProducer, openGap } from './producers.ts'
import { writeProjection } from './projection.ts'
import { findRepeats, writeRepeats } from './repeats.ts'
import { inTransaction } from './transaction.ts'

/** What a leader remembers between batches; dropped and read anew whenever a commit's result is not known. */
export interface Memory {
  readonly size: bigint
  readonly producers: ReadonlyMap<string, Producer>
}

/** What one batch needs beside its messages. */
export interface BatchOptions extends Terms {
  /** The insert of audit's own entries about what was found. */
  readonly own: (findings: readonly Finding[], at: Date) => { text: string; values: unknown[] }
  /** Everything has been sent to PostgreSQL, which works on it. */
  readonly onSent?: () => void
}

/** What a batch did. */
export interface Committed {
  readonly memory: Memory
  readonly appended: readonly Leaf[]
  readonly findings: readonly Finding[]
}

/** Reads what a leader begins with. */
export async function loadMemory(client: Pool, now: number): Promise<Memory> {
  const { rows } = await client.query<{ size: string }>('select size::text from ledger.head where log_id = 1')
  return { size: BigInt(rows[0]!.size), producers: await loadProducers(client, now) }
}

/**
 * Judges and stores a batch in one transaction, also an empty one, for the time that has passed: entries, what they are found by, chains and the head by compare-and-set, then
 * gaps, evidence and audit's own entries.
 * @throws HeadMoved when another process has appended
 */
export function storeBatch(
  pool: Pool,
  memory: Memory,
  messages: readonly Message[],
  options: BatchOptions,
): Promise<Committed> {
  return inTransaction(pool, client => writeBatch(client, memory, messages, options))
}

async function writeBatch(
  client: PoolClient,
  memory: Memory,
  messages: readonly Message[],
  options: BatchOptions,
): Promise<Committed> {
  const at = new Date(options.now)
  const [locked, stored] = await Promise.all([
    lockHead(client),
    storedHashes(client, oldNumbers(memory.producers, messages)),
  ])
  if (locked !== memory.size) throw new HeadMoved('the head')
  const judged = judge(memory.producers, messages, stored, options)
  const leaves = judged.steps.flatMap(({ step }) => (step.do === 'append' ? [step.leaf] : []))
  const size = memory.size + BigInt(leaves.length)
  await Promise.all([
    append(client, memory, leaves, options),
    ...[...judged.producers].map(([producer, after]) =>
      moveProducer(client, producer, memory.producers.get(producer) ?? null, after),
    ),
    ...(leaves.length > 0 ? [moveHead(client, memory.size, size, at)] : []),
  ])
  const findings = [...judged.findings, ...(await noteMisfits(client, judged.steps, at))]
  if (findings.length > 0) await client.query(options.own(findings, at))
  const producers = new Map([...memory.producers, ...judged.producers])
  return { memory: { size, producers }, appended: leaves, findings }
}

/** So many leaves go to PostgreSQL together: it stores them while the next are put together. */
const leavesAtOnce = 512

/** Puts leaves into the log, with what they are found by. Nothing of it waits for the answer to what went before. */
async function append(
  client: PoolClient,
  { size, producers }: Memory,
  leaves: readonly Leaf[],
  { now, onSent }: BatchOptions,
): Promise<void> {
  const at = new Date(now)
  const repeats = await findRepeats(client, size, leaves, mayRepeat(leaves, at, producers.keys()), at)
  const again = new Set(repeats.map(({ idx }) => idx))
  const sent = [writeRepeats(client, repeats)]
  for (let n = 0; n < leaves.length; n += leavesAtOnce) {
    const [first, some] = [size + BigInt(n), leaves.slice(n, n + leavesAtOnce)]
    const found = some.map((leaf, k) => ({ ...project(leaf, at), idx: first + BigInt(k) }))
    sent.push(appendLeaves(client, first, some), appendLinks(client, first, some))
    sent.push(
      writeProjection(
        client,
        found.filter(({ idx }) => !again.has(idx)),
      ),
    )
    for (const one of sent) one.catch(() => undefined)
    await setImmediate()
  }
  onSent?.()
  await Promise.all(sent)
}

/** Writes gaps and evidence, in the order in which they were found; what is on the record already is no finding. */
async function noteMisfits(client: PoolClient, steps: Judged['steps'], at: Date): Promise<Finding[]> {
  const findings: Finding[] = []
  // Once for all that a batch brings into a gap, however many leaves they are.
  const filled = new Map<string, { producer: string; gap: Gap }>()
  const late = new Map<string, Finding>()
  const noteLate = (producer: string, gap: Gap): void => {
    if (gap.isGivenUp) late.set(linkKey(producer, gap.first), gapFinding(producer, gap, 'gap-late-arrival'))
  }
  for (const { producer, step } of steps) {
    switch (step.do) {
      case 'append':
        break
      case 'open-gap':
        await openGap(client, producer, step.gap, at)
        findings.push(gapFinding(producer, step.gap, 'gap-opened'))
        break
      case 'fill-gap':
        filled.set(linkKey(producer, step.gap.first), { producer, gap: step.gap })
        noteLate(producer, step.gap)
        break
      case 'split-gap':
        await openGap(client, producer, step.gap, at)
        break
      case 'give-up-gap':
        await changeGap(client, producer, step.gap, { outcome: 'given-up', at })
        findings.push(gapFinding(producer, step.gap, 'gap-given-up'))
        break
      case 'close-gap':
        await changeGap(client, producer, step.gap, { outcome: step.outcome, at })
        filled.delete(linkKey(producer, step.gap.first))
        noteLate(producer, step.gap)
        findings.push(gapFinding(producer, step.gap, `gap-${step.outcome}`))
        break
      case 'keep-evidence': {
        const { kind, seq, said } = step
        // A head is its number and hash; what is signed is kept by whoever sent it.
        const { bytes = said.hash } = said
        if (await keepEvidence(client, { producer, seq, kind, hash: said.hash, bytes }, at))
          findings.push({ producer, reason: kind, seq })
      }
    }
  }
  for (const { producer, gap } of filled.values()) await changeGap(client, producer, gap, null)
  return [...late.values(), ...findings]
}
