import { randomUUIDv7 } from 'node:crypto'
import { Problem } from '@haven/problem'
import type { Deps } from '../../deps.ts'
import { type Candidate, firstOfEach } from '../../domain/batch.ts'
import { contentOf, identityOf, orderOf } from '../../domain/canonical-event.ts'
import type { Partner } from '../../domain/partner.ts'
import { acceptedFact } from '../../events/publish.ts'
import { type NewReceipt, writeReceipts } from '../../store/acceptance.ts'
import { findByIdentity, type ReceiptRow } from '../../store/receipt.ts'

type Found = Omit<ReceiptRow, 'position'>
/** The receipt that stands for an event; null when another content was accepted under its identity. */
export type Accepted = Found | null

interface Identified extends Candidate {
  readonly identity: string
  readonly content: Buffer
}

/**
 * Accepts events together and answers each in the order given. What was accepted before, by another request at this very moment too, gets the
 * receipt that it has: each event is compared with what stands under its identity after the write.
 */
export async function acceptEvents(
  deps: Deps,
  given: {
    partner: Partner
    candidates: readonly Candidate[]
    traceparent: string | undefined
    entry: Uint8Array
    entered(): void
  },
): Promise<Accepted[]> {
  const { partner, candidates, traceparent } = given
  const events = candidates.map(candidate => identified(candidate, partner, deps))
  const firsts = firstOfEach(events)
  const time = deps.now()
  const receipts = await Promise.all(firsts.map(event => newReceipt(deps, { event, partner, time, traceparent })))
  const standing = await write(deps, receipts, given)
  return events.map(({ identity, content }) => {
    const receipt = standing.get(identity)
    if (receipt === undefined)
      throw new Problem('unavailable', { internal: 'an identity has neither a new nor an old receipt' })
    return receipt.content.equals(content) ? receipt : null
  })
}

function identified(candidate: Candidate, partner: Partner, { digest }: Deps): Identified {
  const identity = digest(...identityOf(partner.id, candidate.event)).toString('hex')
  return { ...candidate, identity, content: digest(...contentOf(partner.id, candidate.canonical)) }
}

async function newReceipt(
  { digest, seal }: Deps,
  given: { event: Identified; partner: Partner; time: Date; traceparent: string | undefined },
): Promise<NewReceipt> {
  const { event, identity, content } = given.event
  const id = randomUUIDv7()
  const sealed = await seal(Buffer.from(JSON.stringify(event)))
  const key = digest(...orderOf(given.partner.id, event)).toString('base64url')
  const fact = acceptedFact({ ...given, receipt: id, event, key, sealed })
  return { id, identity: Buffer.from(identity, 'hex'), content, type: event.type, fact }
}

async function write(
  { pool, relay }: Deps,
  receipts: readonly NewReceipt[],
  { partner, entry, entered }: { partner: Partner; entry: Uint8Array; entered(): void },
): Promise<Map<string, Found & { content: Buffer }>> {
  const written = await writeReceipts(pool, { partner: partner.id, receipts, entry })
  if (written.size > 0) {
    entered()
    relay.wake()
  }
  const fresh = receipts.filter(({ id }) => written.has(id))
  const repeated = receipts.filter(({ id }) => !written.has(id)).map(({ identity }) => identity)
  const earlier = repeated.length === 0 ? [] : await findByIdentity(pool, partner.id, repeated)
  return new Map([
    ...fresh.map(receipt => [receipt.identity.toString('hex'), justWritten(receipt)] as const),
    ...earlier.map(row => [row.identity.toString('hex'), row] as const),
  ])
}

function justWritten({ id, type, content, fact }: NewReceipt): Found & { content: Buffer } {
  const nothingYet = { answer: null, reason: null, outcome: null, outcomeAt: null, published: false }
  return { id, type, content, acceptedAt: fact.time, ...nothingYet }
}
