import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Role, ServiceName } from '@haven/contracts'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface TokenOptions {
  /** Default `person`, or `client` for the role partner. */
  kind?: 'person' | 'client'
  role?: Role
  roles?: Role[]
  org?: string
  sub?: string
  clientId?: string
  /** A service's name or a complete audience. Default: intake. */
  audience?: ServiceName | (string & {})
  acr?: string
  /** Marks the token as one of the demo's. */
  demo?: boolean
  /** Makes the token wrong in exactly one respect. */
  wrong?: 'signature' | 'issuer' | 'audience' | 'expired' | 'type' | 'unsigned'
  /** Added to or, with `undefined`, taken away from the claims. */
  claims?: Record<string, unknown>
}

export interface TestIssuer {
  /** The issuer's identifier, also where it answers. */
  url: string
  /** An RFC 9068 access token, valid for 5 minutes. */
  token(options?: TokenOptions): Promise<string>
  close(): Promise<void>
}

/** An identity provider in this process: discovery, one ES256 key, and whatever tokens a test asks for. */
export async function testIssuer(): Promise<TestIssuer> {
  const [good, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const jwk = { ...(await exportJWK(good.publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }
  const server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}/token` },
      '/.well-known/oauth-authorization-server': {
        issuer: url,
        jwks_uri: `${url}/jwks`,
        token_endpoint: `${url}/token`,
      },
      '/jwks': { keys: [jwk] },
    }
    const document = documents[request.url ?? '']
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    token: (options = {}) => sign(url, options, options.wrong === 'signature' ? other.privateKey : good.privateKey),
    close: () => close(server),
  }
}

function sign(issuer: string, options: TokenOptions, key: CryptoKey): Promise<string> {
  const claims = claimsOf(issuer, options)
  if (options.wrong === 'unsigned')
    return Promise.resolve(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`)
  const typ = options.wrong === 'type' ? 'JWT' : 'at+jwt'
  return new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'ES256', typ, kid: 'test' }).sign(key)
}

function claimsOf(issuer: string, options: TokenOptions): Record<string, unknown> {
  const { audience = 'intake', wrong } = options
  const roles = options.roles ?? [options.role ?? 'caseworker']
  const kind = options.kind ?? (roles.includes('partner') ? 'client' : 'person')
  const clientId = options.clientId ?? (kind === 'client' ? 'partner-system' : 'console')
  const now = Math.floor(Date.now() / 1000)
  const issued = wrong === 'expired' ? now - 3600 : now
  return {
    iss: wrong === 'issuer' ? `${issuer}/another` : issuer,
    aud: wrong === 'audience' ? 'urn:haven:elsewhere' : audience.includes(':') ? audience : `urn:haven:${audience}`,
    iat: issued,
    exp: issued + 300,
    jti: randomUUID(),
    sub: options.sub ?? (kind === 'client' ? clientId : 'worker-1'),
    sub_type: kind,
    client_id: clientId,
    org: options.org ?? 'org-haven',
    roles,
    ...(options.acr === undefined ? {} : { acr: options.acr }),
    ...(options.demo ? { demo: true } : {}),
    ...options.claims,
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}
