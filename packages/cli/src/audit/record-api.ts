import Type, { type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { CliFailure } from '../failure.ts'
import type { TokenSource } from '../gateway/credentials.ts'
import { type Lines, openLines } from '../gateway/lines.ts'
import type { Clock } from '../gateway/patience.ts'
import { ProblemLike, said } from '../gateway/problem-text.ts'
import { type Answer, exchange } from '../gateway/transport.ts'

// only what is read: the record may say more one day
export const Listed = Type.Object({
  index: Type.String(),
  producer: Type.String(),
  seq: Type.String(),
  leafHash: Type.String(),
  entry: Type.Object({ occurredAt: Type.String(), action: Type.String(), outcome: Type.String() }),
})
export const Completeness = Type.Object({ line: Type.String(), entries: Type.String() })
const Bound = Type.Union([Type.String(), Type.Null()])
/** The time that an answer looked through; null is without a bound. */
export const Window = Type.Object({ from: Bound, to: Bound })
export const Page = Type.Object({
  items: Type.Array(Listed),
  next: Type.Union([Type.String(), Type.Null()]),
  window: Type.Optional(Window),
  completeness: Completeness,
})

/** An entry with its place in the log. */
export type ListedEntry = Static<typeof Listed>
/** Entries, and how complete that is. */
export type EntryPage = Static<typeof Page>
/** Parameters of a query, in their order. */
export type Query = readonly (readonly [string, string])[]

/** What an auditor reads. Each call is one attempt. */
export interface RecordApi {
  /** One answer. @param path such as `/entries` @throws TryAgain, CliFailure when it is refused or no answer of audit's */
  read<T extends TSchema>(schema: T, path: string, query?: Query): Promise<Static<T>>
  /** An answer that goes on, a JSON value a line. @throws TryAgain, from the lines too when they break off; CliFailure when it is refused */
  lines(path: string, query: Query, signal: AbortSignal | undefined): Promise<AsyncGenerator<unknown>>
  /** Forgets the token, which has ended. */
  renew(): void
  /** The token's session as entries name it: SHA-256 of its `jti` in base64url, undefined before the first call. */
  session(): Promise<string | undefined>
}

// The record gives a sign of life every 10 s.
const silenceMs = 30_000

/** @param url of audit @param purpose for which it is read */
export function recordApi(url: string, purpose: string, tokens: TokenSource, clock: Clock): RecordApi {
  const address = (path: string, query: Query): string => {
    const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()
    return `${url.replace(/\/+$/, '')}${path}${search === '' ? '' : `?${search}`}`
  }
  const headers = async () => ({ authorization: `Bearer ${await tokens.token()}`, 'purpose-of-use': purpose })

  /** Asks, and once more with another token: one may end early, and the provider's keys may have changed since. */
  async function ask<T>(send: () => Promise<T>, isRefused: (answer: T) => boolean): Promise<T> {
    const answer = await send()
    if (!isRefused(answer)) return answer
    tokens.renew()
    return send()
  }

  return {
    async read(schema, path, query = []) {
      const send = async () => exchange({ url: address(path, query), headers: await headers() }, clock)
      const answer = await ask(send, ({ status }) => status === 401)
      if (answer.status === 200 && Value.Check(schema, answer.body)) return answer.body
      throw refusal(url, answer)
    },
    async lines(path, query, signal) {
      const send = async (): Promise<Lines> => {
        const accept = { ...(await headers()), accept: 'application/x-ndjson' }
        return openLines({ url: address(path, query), headers: accept }, { clock, signal, silenceMs })
      }
      const got = await ask(send, lines => 'answer' in lines && lines.answer.status === 401)
      if ('lines' in got) return got.lines
      throw refusal(url, got.answer)
    },
    renew: () => tokens.renew(),
    async session() {
      const [, payload] = (await tokens.token()).split('.')
      return sessionOf(payload)
    },
  }
}

async function sessionOf(payload: string | undefined): Promise<string | undefined> {
  if (payload === undefined) return undefined
  const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti?: unknown }
  if (typeof jti !== 'string') return undefined
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(jti))
  return Buffer.from(digest).toString('base64url')
}

function refusal(url: string, { status, body }: Answer): CliFailure {
  // What was asked for is wrong, and asking again will not help.
  const exitCode = status === 400 || status === 422 ? 2 : 1
  if (!Value.Check(ProblemLike, body))
    return new CliFailure(`${url} answers ${status} in a way that audit never does; correct HAVEN_AUDIT_URL.`)
  const flaws = (body.errors ?? []).map(({ pointer, detail }) => `${placeIn(pointer)} ${detail}`)
  if (flaws.length > 0) return new CliFailure(`${flaws.join('\n  ')}.`, { exitCode })
  return new CliFailure(`The record answers ${status} ${said(body)}`, { exitCode })
}

/** Where a flaw is, for somebody who typed a command: its filters stand one after the other. */
function placeIn(pointer: string): string {
  const filter = /^\/filter\/(\d+)$/.exec(pointer)?.[1]
  return filter === undefined ? `${pointer}:` : `Filter ${Number(filter) + 1}:`
}
