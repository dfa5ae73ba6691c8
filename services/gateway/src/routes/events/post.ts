import { Problem, ProblemDocument, problemDocument } from '@haven/problem'
import type { Instance } from '@haven/service'
import { traceOf } from '@haven/telemetry'
import { inSpan } from '@haven/telemetry/spans'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { type Candidate, isCandidate, type Judgement, judge, judgeBatch, type Refused } from '../../domain/batch.ts'
import type { Partner } from '../../domain/partner.ts'
import type { Reading, Schemas } from '../../domain/reading.ts'
import { partnerOf } from '../partner.ts'
import { Receipt, render } from '../receipts/receipt.ts'
import { acceptEvents } from './acceptance.ts'
import { received } from './bodies.ts'
import { eventBody, untouched } from './schema.ts'

const BatchItem = Type.Object(
  {
    index: Type.Integer({ description: 'position of the event in the batch' }),
    status: Type.Integer({ description: '202, or the status of the problem' }),
    receipt: Type.Optional(Receipt),
    problem: Type.Optional(ProblemDocument),
  },
  { additionalProperties: false },
)
const Batch = Type.Object({ items: Type.Array(BatchItem) }, { additionalProperties: false, title: 'Batch' })
type BatchItem = Static<typeof BatchItem>

export function postEvents(app: Instance, { deps, schemas }: { deps: Deps; schemas: Schemas }): void {
  app.route({
    method: 'POST',
    url: '/events',
    config: { access: { action: 'event.post', subjects: 'none' } },
    ...untouched,
    // Before the body is read: who has to wait shall not send a megabyte first.
    onRequest: async () => {
      if (deps.relay.backlog().full) throw new Problem('backlog-full')
    },
    schema: {
      summary: 'Post one event or a batch of CloudEvents 1.0',
      description:
        'A repeated event (same source, id and content) gets the same receipt; another content under the same source and id is answered by 409. ' +
        'The valid events of a batch are accepted together, in their order; each item has its own status. 422 when none is valid.',
      tags: ['events'],
      body: eventBody,
      response: { 202: Type.Union([Receipt, Batch]) },
    },
    handler: async (request, reply) => {
      const partner = await partnerOf(request, deps)
      const sent = received(request, schemas)
      reply.code(202)
      if ('batch' in sent) return postBatch(deps, { request, partner, values: sent.batch, schemas })
      return postOne(deps, { request, reply, partner, reading: sent.reading })
    },
  })
}

async function postOne(
  deps: Deps,
  {
    request,
    reply,
    partner,
    reading,
  }: { request: FastifyRequest; reply: FastifyReply; partner: Partner; reading: Reading },
): Promise<Receipt> {
  const judgement = judge(reading, partner)
  if (!isCandidate(judgement)) throw refusal(judgement)
  const [accepted] = await acceptTogether(deps, { request, partner, candidates: [judgement] })
  if (!accepted) throw conflict('')
  reply.header('location', `/receipts/${accepted.id}`)
  return render(accepted)
}

async function postBatch(
  deps: Deps,
  given: { request: FastifyRequest; partner: Partner; values: readonly unknown[]; schemas: Schemas },
): Promise<Static<typeof Batch>> {
  const { request, partner, values, schemas } = given
  const judgements = judgeBatch(values, partner, schemas)
  const candidates = judgements.filter(isCandidate)
  if (candidates.length === 0) throw noneValid(judgements)
  const accepted = await acceptTogether(deps, { request, partner, candidates })
  const receipts = new Map(candidates.map((candidate, at) => [candidate, accepted[at] ?? null]))
  return { items: judgements.map((judgement, index) => item(index, judgement)) }

  function item(index: number, judgement: Judgement): BatchItem {
    const receipt = isCandidate(judgement) ? receipts.get(judgement) : undefined
    if (receipt) return { index, status: 202, receipt: render(receipt) }
    const problem = isCandidate(judgement) ? conflict(`/${index}`) : refusal(judgement)
    return {
      index,
      status: problem.status,
      problem: problemDocument(problem, request.id, traceOf(request.raw).traceId),
    }
  }
}

async function acceptTogether(
  deps: Deps,
  { request, ...given }: { request: FastifyRequest; partner: Partner; candidates: readonly Candidate[] },
) {
  try {
    const entry = request.entry({ resultCount: given.candidates.length })
    const attributes = { 'haven.events': given.candidates.length }
    return await inSpan('accept events', { parent: request.traceparent, attributes }, traceparent =>
      acceptEvents(deps, { ...given, traceparent, entry, entered: () => request.entered() }),
    )
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'unavailable') throw error
    // The connection may have broken after the commit: that nothing was done cannot be said here.
    const detail =
      'Send the same again after the time in Retry-After: an event that was accepted is recognised and gets its receipt.'
    throw new Problem('unavailable', { detail, internal: error.internal ?? '', cause: error.cause })
  }
}

function refusal({ code, errors }: Refused): Problem {
  return new Problem(code, { errors })
}

function conflict(event: string): Problem {
  return new Problem('event-identity-conflict', {
    errors: [{ pointer: `${event}/id`, detail: 'stands for an event that was accepted with another content' }],
  })
}

// As many errors as a single answer may hold; the first of each event come first, so that each event is named while there is room.
const maxErrors = 500

function noneValid(judgements: readonly Judgement[]): Problem {
  const refused = judgements.filter((judgement): judgement is Refused => !isCandidate(judgement))
  const firsts = refused.flatMap(({ errors }) => errors.slice(0, 1))
  const others = refused.flatMap(({ errors }) => errors.slice(1))
  return new Problem('no-valid-event', { errors: [...firsts, ...others].slice(0, maxErrors) })
}
