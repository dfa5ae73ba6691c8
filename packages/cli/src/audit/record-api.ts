import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { CliFailure } from '../failure.ts'
import type { TokenSource } from '../gateway/credentials.ts'
import type { Clock } from '../gateway/patience.ts'
import { ProblemLike, said } from '../gateway/problem-text.ts'
import { type Answer, exchange } from '../gateway/transport.ts'

// only what is read: the record may say more one day
const Listed = Type.Object({
  index: Type.String(),
  producer: Type.String(),
  seq: Type.String(),
  leafHash: Type.String(),
  entry: Type.Object({ occurredAt: Type.String(), action: Type.String(), outcome: Type.String() }),
})
const Page = Type.Object({
  items: Type.Array(Listed),
  next: Type.Union([Type.String(), Type.Null()]),
  after: Type.Optional(Type.String()),
  completeness: Type.Object({ line: Type.String(), entries: Type.String() }),
})

/** An entry with its place in the log. */
export type ListedEntry = Static<typeof Listed>
/** Entries, and how complete that is. */
export type EntryPage = Static<typeof Page>

/** What an auditor reads. Each call is one attempt. */
export interface RecordApi {
  /** One page. @param path such as `/entries` @throws TryAgain, CliFailure when it is refused */
  page(path: string, query: readonly (readonly [string, string])[]): Promise<EntryPage>
  /** The token's session as entries name it: SHA-256 of its `jti` in base64url, undefined before the first call. */
  session(): Promise<string | undefined>
}

/** @param url of audit @param purpose for which it is read */
export function recordApi(url: string, purpose: string, tokens: TokenSource, clock: Clock): RecordApi {
  async function read(address: string): Promise<Answer> {
    const send = async () => {
      const headers = { authorization: `Bearer ${await tokens.token()}`, 'purpose-of-use': purpose }
      return exchange({ url: address, headers }, clock)
    }
    const answer = await send()
    if (answer.status !== 401) return answer
    // ended early, or the provider's keys have changed since
    tokens.renew()
    return send()
  }

  return {
    async page(path, query) {
      const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()
      const answer = await read(`${url.replace(/\/+$/, '')}${path}${search === '' ? '' : `?${search}`}`)
      if (answer.status === 200 && Value.Check(Page, answer.body)) return answer.body
      throw refusal(url, answer)
    },
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
  if (Value.Check(ProblemLike, body)) return new CliFailure(`The record answers ${status} ${said(body)}`, { exitCode })
  return new CliFailure(`${url} answers ${status} in a way that audit never does; correct HAVEN_AUDIT_URL.`)
}
