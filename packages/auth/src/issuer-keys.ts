import { Problem } from '@haven/problem'
import { createRemoteJWKSet, type RemoteJWKSet } from 'jose'

// Discovery and key set together stay below the 1.5 s that a request may wait for its surroundings.
const fetchTimeoutMs = 700

/** The issuer's signing keys: discovery once, then jose's cached key set, which reloads for an unknown `kid` at most every 30 s. */
export function issuerKeys(issuer: string): { load(): Promise<RemoteJWKSet> } {
  let keys: RemoteJWKSet | undefined
  let loading: Promise<RemoteJWKSet> | undefined
  async function discover(): Promise<RemoteJWKSet> {
    try {
      keys = createRemoteJWKSet(await discoverKeySet(issuer), { timeoutDuration: fetchTimeoutMs })
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
