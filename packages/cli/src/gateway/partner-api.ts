import { type CloudEvent, type ReceiptState, receiptStates } from '@haven/contracts'
import Type from 'typebox'
import { Value } from 'typebox/value'
import { CliFailure } from '../failure.ts'
import type { TokenSource } from './credentials.ts'
import { type Clock, TryAgain } from './patience.ts'
import { ProblemLike, said } from './problem-text.ts'
import { type Answer, post } from './transport.ts'

/** The identity of an event as its sender knows it. */
export interface EventName {
  source: string
  id: string
}

/** What a partner does at the gateway, in batches. Each call is one attempt. */
export interface PartnerApi {
  /** The state of each event's receipt, null for one that the gateway does not have. */
  lookup(events: readonly EventName[]): Promise<(ReceiptState | null)[]>
  /**
   * Posts events together.
   * @throws CliFailure when the gateway refuses one of them for good
   * @throws TryAgain also when only a part was accepted and the rest may be later: look up before posting again
   */
  post(events: readonly CloudEvent[]): Promise<void>
}

// only what is read: the gateway may say more one day
const Found = Type.Object({
  items: Type.Array(
    Type.Object({
      index: Type.Integer({ minimum: 0 }),
      receipt: Type.Union([Type.Object({ state: Type.Enum(receiptStates) }), Type.Null()]),
    }),
  ),
})
const Accepted = Type.Object({
  items: Type.Array(
    Type.Object({ index: Type.Integer({ minimum: 0 }), status: Type.Integer(), problem: Type.Optional(ProblemLike) }),
  ),
})

/** @param url of the gateway */
export function partnerApi(url: string, tokens: TokenSource, clock: Clock): PartnerApi {
  async function authorised(path: string, contentType: string, content: unknown): Promise<Answer> {
    const send = async () =>
      post(
        {
          url: `${url.replace(/\/+$/, '')}${path}`,
          headers: { authorization: `Bearer ${await tokens.token()}`, 'content-type': contentType },
          body: JSON.stringify(content),
        },
        clock,
      )
    const answer = await send()
    if (answer.status !== 401) return answer
    // ended early, or the provider's keys have changed since
    tokens.renew()
    return send()
  }

  return {
    async lookup(events) {
      const names = events.map(({ source, id }) => ({ source, id }))
      const answer = await authorised('/receipts/lookup', 'application/json', { events: names })
      if (answer.status !== 200 || !Value.Check(Found, answer.body)) throw refusal(url, answer)
      const states = Array.from<ReceiptState | null>({ length: events.length }).fill(null)
      for (const { index, receipt } of answer.body.items) states[index] = receipt?.state ?? null
      return states
    },

    async post(events) {
      const answer = await authorised('/events', 'application/cloudevents-batch+json', events)
      if (answer.status !== 202 || !Value.Check(Accepted, answer.body)) throw refusal(url, answer)
      const { items } = answer.body
      const later = items.find(({ status }) => status === 429 || status >= 500)
      const refused = items.filter(({ status }) => status >= 400 && status !== 429 && status < 500)
      if (refused[0] !== undefined) {
        const event = events[refused[0].index]
        throw new CliFailure(
          `The gateway refuses ${refused.length} of ${events.length} events, ${event?.id ?? 'the first'} with ${said(refused[0].problem)}`,
        )
      }
      if (later !== undefined) throw new TryAgain(`${url} accepted a part only (${later.status})`)
      if (items.length !== events.length)
        throw new TryAgain(`${url} answered for ${items.length} of ${events.length} events`)
    },
  }
}

function refusal(url: string, { status, body }: Answer): CliFailure {
  if (Value.Check(ProblemLike, body)) return new CliFailure(`The gateway answers ${status} ${said(body)}`)
  return new CliFailure(`${url} answers ${status} in a way that no gateway does; correct HAVEN_GATEWAY_URL.`)
}
