import { serviceNames } from '@haven/contracts'
import Provider, { type Adapter, type AdapterPayload, type Configuration, errors } from 'oidc-provider'
import { clientDirectory, type IssuerClient } from './clients.ts'
import { issuerKeys } from './signing-keys.ts'

const tokenLifetimeSeconds = 3_600
const audiences: readonly string[] = serviceNames.map(name => `urn:haven:${name}`)

/**
 * A small OpenID provider for one machine: client credentials, JWT access tokens (RFC 9068, ES256), `resource=urn:haven:<service>`
 * (RFC 8707). Every token is marked `demo: true`, which services refuse unless they are told otherwise.
 */
export async function createIssuer(issuer: string, directory: string): Promise<Provider> {
  const { jwks, cookieKeys } = await issuerKeys(directory)
  const clients = clientDirectory(directory)
  const configuration: Configuration = {
    adapter: name => (name === 'Client' ? clientAdapter(clients.find) : memoryAdapter()),
    jwks: { keys: jwks.keys as NonNullable<Configuration['jwks']>['keys'] },
    cookies: { keys: cookieKeys },
    ttl: { ClientCredentials: tokenLifetimeSeconds },
    extraClientMetadata: { properties: ['haven'] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, client) => `urn:haven:${havenOf(client).service}`,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => resourceServer(resource),
      },
    },
    formats: {
      customizers: {
        jwt: (_ctx, token, jwt) => {
          Object.assign(jwt.payload as object, claimsOf(havenOf(token.client)))
        },
      },
    },
    renderError: (ctx, out) => {
      ctx.type = 'text/plain'
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`
    },
  }
  return new Provider(issuer, configuration)
}

/** What a token says of who holds it. */
export function claimsOf(client: IssuerClient): Record<string, unknown> {
  return {
    sub: client.subject ?? client.id,
    sub_type: client.kind,
    org: client.organisation,
    roles: client.roles,
    acr: 'urn:haven:acr:demo',
    demo: true,
  }
}

function resourceServer(resource: string) {
  if (!audiences.includes(resource)) throw new errors.InvalidTarget(`resource must be one of ${audiences.join(', ')}`)
  return {
    scope: '',
    audience: resource,
    accessTokenTTL: tokenLifetimeSeconds,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: 'ES256' as const } },
  }
}

function havenOf(client: unknown): IssuerClient {
  return (client as { haven: IssuerClient }).haven
}

function clientAdapter(find: (id: string) => IssuerClient | undefined): Adapter {
  const adapter = memoryAdapter()
  adapter.find = async id => {
    const haven = find(id)
    if (!haven) return undefined
    return {
      client_id: haven.id,
      client_secret: haven.secret,
      haven,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      id_token_signed_response_alg: 'ES256',
    }
  }
  return adapter
}

// Tokens are JWTs and nobody signs in through a browser: nothing needs to be found again after a restart.
function memoryAdapter(): Adapter {
  const rows = new Map<string, AdapterPayload>()
  const none = async () => undefined
  return {
    find: async id => rows.get(id),
    upsert: async (id, payload) => void rows.set(id, payload),
    destroy: async id => void rows.delete(id),
    consume: none,
    findByUid: none,
    findByUserCode: none,
    revokeByGrantId: none,
  }
}
