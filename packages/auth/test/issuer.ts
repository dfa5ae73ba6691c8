import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export const audience = 'urn:haven:intake'

/** What the identity provider answers with; a test changes it to see what happens. */
export interface Behaviour {
  discovery: (issuer: string) => { status: number; body: unknown }
  /** Never answers when it gives nothing. */
  keys: () => { status: number; body: unknown } | undefined
}

export interface TestIssuer {
  readonly url: string
  readonly behaviour: Behaviour
  readonly requests: string[]
  readonly publicJwk: object
  /** A token that is good in every respect except for what is changed; `undefined` takes a claim away. */
  token(changes?: {
    claims?: Record<string, unknown>
    header?: Record<string, unknown>
    key?: CryptoKey | Uint8Array
  }): Promise<string>
  close(): Promise<void>
}

export async function startIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  const requests: string[] = []
  const behaviour: Behaviour = {
    discovery: issuer => ({ status: 200, body: { issuer, jwks_uri: `${issuer}/jwks` } }),
    keys: () => ({ status: 200, body: { keys: [publicJwk] } }),
  }
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    const answer = request.url === '/jwks' ? behaviour.keys() : behaviour.discovery(url)
    if (!answer) return
    const { status, body } = answer
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    behaviour,
    requests,
    publicJwk,
    token: ({ claims = {}, header = {}, key = privateKey } = {}) =>
      new SignJWT({ ...goodClaims(url), ...claims } as JWTPayload)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
        .sign(key),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export function goodClaims(issuer: string): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000)
  return {
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + 300,
    sub: 'worker-1',
    client_id: 'console',
    jti: 'token-1',
    org: 'org-1',
    roles: ['caseworker'],
    sub_type: 'person',
  }
}
