import { Problem } from '@haven/problem'
import { createRemoteJWKSet, type JWKSCacheInput, jwksCache, type RemoteJWKSet } from 'jose'

// Discovery and key set together stay below the 1.5 s that a request may wait for its surroundings.
const fetchTimeoutMs = 700

/** Where keys come from. */
export interface IssuerKeys {
  load(): Promise<RemoteJWKSet>
  /** When the keys that would be used now were fetched, in milliseconds since 1970; undefined when they would be fetched first. */
  fetchedAt(): number | undefined
}

/** The issuer's signing keys: discovery once, then jose's cached key set, which reloads for an unknown `kid` at most every 30 s. */
export function issuerKeys(issuer: string): IssuerKeys {
  let keys: RemoteJWKSet | undefined
  // jose notes here when it fetched them.
  const fetched: JWKSCacheInput = {}
  let loading: Promise<RemoteJWKSet> | undefined
  async function discover(): Promise<RemoteJWKSet> {
    try {
      keys = createRemoteJWKSet(await discoverKeySet(issuer), {
        timeoutDuration: fetchTimeoutMs,
        [jwksCache]: fetched,
      })
      return keys
    } finally {
      loading = undefined
    }
  }
  return {
    async load() {
      if (keys) return keys
      // Requests that arrive together share one discovery; a failure is not remembered.
      loading ??= discover()
      return await loading
    },
    fetchedAt: () => (keys?.fresh && 'uat' in fetched ? fetched.uat : undefined),
  }
}

async function discoverKeySet(issuer: string): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeoutMs) })
    if (!response.ok) throw new Error(`discovery answered ${response.status}`)
    const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown }
    if (metadata.issuer !== issuer) throw new Error('discovery names another issuer (OpenID Connect Discovery 4.3)')
    return new URL(String(metadata.jwks_uri))
  } catch (cause) {
    throw unreachable(cause)
  }
}

/** The identity provider did not answer, or not with what it must answer; the caller's token may well be good. */
export function unreachable(cause: unknown): Problem {
  return new Problem('identity-provider-unreachable', {
    internal: 'identity provider did not answer as it must',
    cause,
  })
}
