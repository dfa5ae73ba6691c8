import { randomUUIDv7 } from 'node:crypto'
import type { Written } from '@haven/access'
import type { Work } from '@haven/db'
import { Problem } from '@haven/problem'
import { versionOf } from '@haven/service'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../../deps.ts'
import { openCase } from '../../domain/case.ts'
import { decide, type ReferralCommand, type ReferralState } from '../../domain/referral.ts'
import { type Cause, caseOpenedEvent, referralEvent } from '../../events/publish.ts'
import { addCase } from '../../store/case.ts'
import type { Tx } from '../../store/client.ts'
import { type LockedReferral, lockReceived, moveReferral } from '../../store/referral.ts'
import { seal } from '../../store/sealed.ts'
import { shownTo, shows } from '../shown.ts'

/** A case worker's decision about one referral. */
export interface DecisionInput {
  id: string
  command: Extract<ReferralCommand, { by: string }>
  note?: string | undefined
}

/** The referral as it is after a decision. */
export interface Decided {
  id: string
  version: number
  state: ReferralState
  case?: string
}

/**
 * What accept, reject and redirect have in common: the row is locked under the caller's relation, the version they read is compared, the rules
 * decide, and the change, the case that accepting opens and the facts are one transaction.
 * @throws Problem `not-found`, `precondition-required`, `precondition-failed`, `backlog-full` or a refusal of the domain
 */
export async function decideReferral(deps: Deps, request: FastifyRequest, input: DecisionInput): Promise<Decided> {
  const expected = versionOf(request)
  if (deps.relay.backlog().full) throw new Problem('backlog-full', { headers: { 'retry-after': '5' } })
  const receiver = request.access.principal.organisation
  const cause = { organisation: receiver, traceparent: request.traceparent }
  const decided = await deps.unitOfWork(async work => {
    const referral = await lockReceived(work.tx, { id: input.id, receiver })
    if (referral === null) throw new Problem('not-found')
    if (referral.version !== expected) throw new Problem('precondition-failed')
    const moved = await apply(deps, work, { referral, input, cause })
    shows(request, [referral])
    const { id, version } = moved
    work.collect({ entry: request.entry({ subjects: shownTo(request), resource: { id, version } }) })
    return moved
  })
  request.entered()
  return decided
}

interface Applied {
  referral: LockedReferral
  input: DecisionInput
  cause: Cause
}

async function apply(
  deps: Pick<Deps, 'vault'>,
  work: Work<Tx, Written>,
  { referral, input: { command, note }, cause }: Applied,
): Promise<Decided> {
  const decision = decide(referral, command)
  if ('refusal' in decision) throw new Problem(decision.refusal)
  const [fact] = decision.facts
  const sealedNote = note === undefined ? null : await seal(deps.vault, 'note', referral.person, { note })
  await moveReferral(work.tx, referral.id, fact!, sealedNote)
  const opened = command.name === 'accept' ? await open(work, { referral, command, cause }) : undefined
  const { id, receipt } = referral
  work.collect(referralEvent({ id, receipt, ...opened }, fact!, cause))
  return { id, version: fact!.version, state: fact!.state, ...opened }
}

async function open(
  work: Work<Tx, Written>,
  { referral, command, cause }: Pick<Applied, 'referral' | 'cause'> & { command: { by: string; at: Date } },
): Promise<{ case: string }> {
  const id = randomUUIDv7()
  const opened = openCase(command.by, command.at)
  const place = { id, referral: referral.id, person: referral.person, organisation: referral.receiver }
  await addCase(work.tx, { ...opened, ...place })
  work.collect(caseOpenedEvent({ ...opened, id, referral: referral.id }, cause))
  return { case: id }
}
