import { CliFailure } from '../failure.ts'
import type { Clock } from './patience.ts'
import { post } from './transport.ts'

/** A client of an OpenID provider and the service that its tokens are for. */
export interface Credentials {
  tokenEndpoint: string
  clientId: string
  clientSecret: string
  /** Resource indicator (RFC 8707), `urn:haven:gateway`. */
  resource: string
}

/** Access tokens by client credentials; one is kept until shortly before it ends. */
export interface TokenSource {
  /** @throws TryAgain when the provider does not answer, CliFailure when it refuses */
  token(): Promise<string>
  /** Forgets the token, so that the next one is new: the service did not take it. */
  renew(): void
}

// A token that ends while a request is on its way would be refused.
const marginMs = 30_000
const shortestMs = 5_000

const encoded = (text: string): string => encodeURIComponent(text).replace(/%20/g, '+')

/** RFC 6749, section 4.4, with the client's name and secret in the header (section 2.3.1). */
export function clientCredentials(credentials: Credentials, clock: Clock): TokenSource {
  const { tokenEndpoint, clientId, clientSecret, resource } = credentials
  const basic = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')
  let current: { token: string; until: number } | undefined

  async function ask(): Promise<{ token: string; until: number }> {
    const asked = clock.now()
    const { status, body } = await post(
      {
        url: tokenEndpoint,
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }).toString(),
      },
      clock,
    )
    const { access_token: token, expires_in: seconds } = (body ?? {}) as {
      access_token?: unknown
      expires_in?: unknown
    }
    if (status !== 200 || typeof token !== 'string') throw refusal(credentials, status, body)
    const lifeMs = typeof seconds === 'number' ? seconds * 1000 : 60_000
    return { token, until: asked + Math.max(lifeMs - marginMs, shortestMs) }
  }

  return {
    async token() {
      if (current === undefined || current.until <= clock.now()) current = await ask()
      return current.token
    },
    renew() {
      current = undefined
    },
  }
}

function refusal({ tokenEndpoint, clientId }: Credentials, status: number, body: unknown): CliFailure {
  const error = (body as { error?: unknown } | undefined)?.error
  const said = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : `status ${status}`
  return new CliFailure(
    `The OpenID provider at ${tokenEndpoint} gives the client ${clientId} no token (${said}); correct HAVEN_CLIENT_ID and HAVEN_CLIENT_SECRET.`,
  )
}
