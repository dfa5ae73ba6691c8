import { policyOf, type SystemPart, systemRecord, type Written } from '@haven/access'
import { sealedEventType } from '@haven/contracts'
import type { Work } from '@haven/db'
import { behindCause, Poison, type ReceivedFact } from '@haven/stream'
import { type Jwks, openFor, VaultError } from '@haven/vault'
import { actions } from '../actions.ts'
import type { Tx } from '../store/client.ts'
import { type Answer, findAnswer, keepAnswer } from '../store/inbound.ts'
import type { Arrival, Outcome } from './arrival.ts'
import { type PartnerEvent, readInbound, readPartnerEvent } from './contents.ts'
import { answerEvent } from './publish.ts'
import { type SubmitDeps, submit } from './submit.ts'
import { withdraw } from './withdraw.ts'

/** What applying partners' events needs. */
export interface InboundDeps extends SubmitDeps {
  transportKeys: Jwks
}

type InboundWork = Work<Tx, Written>

/**
 * The consumer of `haven.partner.inbound`. Each event is applied once and answered once: the answer stands under the fact's id in `inbound`,
 * written with the effect, so that a replay (another epoch, a redrive, a lost offset) finds it and does nothing.
 */
export function onPartnerInbound(deps: InboundDeps) {
  return {
    async effect(fact: ReceivedFact, work: InboundWork): Promise<void> {
      if (await isEnded(work.tx, fact)) return
      // A tombstone: the content has outlived its transport key and will never be read. Its receipt must end all the same.
      if (fact.data === null) return await answer(fact, work, deps, { answer: 'rejected', reason: 'content-expired' })
      const arrival = arrivalOf(fact, deps)
      const event = await open(arrival, deps)
      const outcome = await apply(arrival, event, work, deps)
      await answer(fact, work, deps, outcome)
      work.collect(record(fact, deps, outcome))
    },

    async onParked(fact: ReceivedFact, cause: string, work: InboundWork): Promise<void> {
      if (await isEnded(work.tx, fact)) return
      await answer(fact, work, deps, { answer: 'held' })
      // What waits behind another event has not been opened.
      if (cause !== behindCause) work.collect(record(fact, deps, { answer: 'rejected', reason: cause }))
    },

    async onDropped(fact: ReceivedFact, work: InboundWork): Promise<void> {
      if (await isEnded(work.tx, fact)) return
      await answer(fact, work, deps, { answer: 'rejected', reason: 'dropped' })
    },
  }
}

function apply(arrival: Arrival, event: PartnerEvent, work: InboundWork, deps: InboundDeps): Promise<Outcome> {
  return event.type === 'haven.partner.referral.submitted.v1'
    ? submit(arrival, event, work, deps)
    : withdraw(arrival, event, work, deps)
}

async function isEnded(tx: Tx, fact: ReceivedFact): Promise<boolean> {
  const given = await findAnswer(tx, fact.id)
  return given === 'applied' || given === 'rejected'
}

// What cannot be read may lack an organisation too; its answer is then said in the receiver's name, for a fact needs one.
const causeOf = (fact: ReceivedFact, { organisation }: InboundDeps): Arrival['cause'] => ({
  organisation: fact.organisation === '' ? organisation : fact.organisation,
  causedBy: fact.id,
  ...(fact.traceparent !== undefined && { traceparent: fact.traceparent }),
})

function arrivalOf(fact: ReceivedFact, deps: InboundDeps): Arrival {
  if (fact.type !== 'haven.partner.inbound.accepted.v1') throw new Poison('fact-type-unknown')
  return { ...readInbound(fact.data ?? {}), fact: fact.id, at: deps.now(), cause: causeOf(fact, deps) }
}

async function open(arrival: Arrival, deps: InboundDeps): Promise<PartnerEvent> {
  try {
    return readPartnerEvent(await openFor(deps.transportKeys, arrival.sealed, { typ: sealedEventType }), arrival.type)
  } catch (error) {
    if (error instanceof VaultError) throw new Poison(error.code, { cause: error })
    throw error
  }
}

const part: SystemPart = {
  service: 'intake',
  part: 'inbound',
  action: 'inbound.apply',
  resource: 'referral',
  purpose: 'assistance',
  policy: policyOf('intake', actions),
}

/** That sealed data was opened, or that it could not be: in the transaction of whatever followed. */
function record(fact: ReceivedFact, deps: InboundDeps, outcome: Outcome) {
  const { subject, referral } = outcome
  return systemRecord(part, {
    at: deps.now(),
    cause: fact.id,
    onBehalfOf: causeOf(fact, deps).organisation,
    traceparent: fact.traceparent,
    subjects: subject ? [subject] : [],
    ...(referral !== undefined && { resource: { id: referral } }),
    ...(outcome.answer === 'rejected' && { outcome: 'failure' as const, reason: outcome.reason }),
  })
}

/** Tells the receipt. A fact that names none, in its data or as its subject, has nobody to be told. */
async function answer(fact: ReceivedFact, work: InboundWork, deps: InboundDeps, outcome: Answer): Promise<void> {
  const receipt = receiptOf(fact)
  if (receipt === undefined) return
  const at = deps.now()
  await keepAnswer(work.tx, { fact: fact.id, receipt, at, ...outcome })
  work.collect(answerEvent({ receipt, at, ...outcome }, causeOf(fact, deps)))
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function receiptOf(fact: ReceivedFact): string | undefined {
  return [fact.data?.receipt, fact.subject].find((id): id is string => typeof id === 'string' && uuid.test(id))
}
