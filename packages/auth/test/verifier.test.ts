import { Problem } from '@haven/problem'
import { exportSPKI, generateKeyPair, importJWK, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createVerifier, type Verifier } from '../src/index.ts'
import { audience, goodClaims, startIssuer, type TestIssuer } from './issuer.ts'

let issuer: TestIssuer
let verifier: Verifier

beforeEach(async () => {
  issuer = await startIssuer()
  verifier = createVerifier({ issuer: issuer.url, audience, allowDemo: false })
})
afterEach(() => issuer.close())

async function problemOf(token: string, by: Verifier = verifier): Promise<Problem> {
  const error = await by.verify(token).then(
    () => undefined,
    thrown => thrown,
  )
  expect(error).toBeInstanceOf(Problem)
  return error
}

test('a good token says who asks', async () => {
  const token = await issuer.token({ claims: { acr: 'mfa', aud: ['urn:haven:gateway', audience] } })
  expect(await verifier.verify(token)).toEqual({
    kind: 'person',
    subject: 'worker-1',
    clientId: 'console',
    organisation: 'org-1',
    roles: ['caseworker'],
    acr: 'mfa',
    demo: false,
    tokenId: 'token-1',
  })
})

test('a role that this house does not know grants nothing', async () => {
  const token = await issuer.token({ claims: { roles: ['superuser', 'auditor', 'auditor', 7] } })
  expect((await verifier.verify(token)).roles).toEqual(['auditor'])
})

const past = Math.floor(Date.now() / 1_000) - 60
test.each<[string, Parameters<TestIssuer['token']>[0]]>([
  ['for another service', { claims: { aud: 'urn:haven:gateway' } }],
  ['of another issuer', { claims: { iss: 'https://elsewhere.invalid' } }],
  ['that has expired', { claims: { exp: past } }],
  ['that is not valid yet', { claims: { nbf: past + 600 } }],
  ['without an end', { claims: { exp: undefined } }],
  ['that is an ID token', { header: { typ: 'JWT' } }],
  ['without a type', { header: { typ: undefined } }],
  ['signed with an unknown key', { header: { kid: 'k2' } }],
  ['without a subject', { claims: { sub: undefined } }],
  ['without an id', { claims: { jti: undefined } }],
  ['without a client', { claims: { client_id: undefined } }],
  ['without an organisation', { claims: { org: undefined } }],
  ['with an empty organisation', { claims: { org: '' } }],
  ['with an organisation too long to be one', { claims: { org: 'o'.repeat(256) } }],
  ['without roles', { claims: { roles: undefined } }],
  ['with roles as text', { claims: { roles: 'caseworker' } }],
  ['of neither person nor client', { claims: { sub_type: 'robot' } }],
  ['with demo credentials where they are not allowed', { claims: { demo: true } }],
  ['longer than any real one', { claims: { filler: 'x'.repeat(9_000) } }],
])('a token %s is refused, and the caller is not told why', async (_name, changes) => {
  const problem = await problemOf(await issuer.token(changes))
  expect(problem).toMatchObject({ code: 'token-invalid', status: 401, detail: new Problem('token-invalid').detail })
  expect(problem.internal).toBeTruthy()
})

test('a token without a signature is refused', async () => {
  const token = new UnsecuredJWT(goodClaims(issuer.url)).encode()
  expect((await problemOf(token)).code).toBe('token-invalid')
  const [, payload] = token.split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
  expect((await problemOf(`${header}.${payload}.`)).code).toBe('token-invalid')
})

test('the public key is no shared secret: HS256 signed with it is refused', async () => {
  const publicKey = await importJWK(issuer.publicJwk, 'ES256', { extractable: true })
  const asSecret = new TextEncoder().encode(await exportSPKI(publicKey as never))
  const token = await issuer.token({ header: { alg: 'HS256' }, key: asSecret })
  expect((await problemOf(token)).code).toBe('token-invalid')
})

test("another's signature under a known key id is refused", async () => {
  const { privateKey } = await generateKeyPair('ES256')
  expect((await problemOf(await issuer.token({ key: privateKey }))).code).toBe('token-invalid')
})

test.each(['', 'x', 'a.b.c', `${'a'.repeat(100)}.${'b'.repeat(100)}.${'c'.repeat(100)}`])(
  'what is no token is refused (%#)',
  async text => {
    expect((await problemOf(text)).code).toBe('token-invalid')
  },
)

test('demo credentials pass where they are allowed, and stay marked', async () => {
  const demo = createVerifier({ issuer: issuer.url, audience, allowDemo: true })
  expect(await demo.verify(await issuer.token({ claims: { demo: true } }))).toMatchObject({ demo: true })
})

test('another claim may list the roles', async () => {
  const keycloak = createVerifier({ issuer: issuer.url, audience, allowDemo: false, rolesClaim: 'groups' })
  const token = await issuer.token({ claims: { groups: ['trainer'], roles: undefined } })
  expect((await keycloak.verify(token)).roles).toEqual(['trainer'])
})

test('many tokens cost one discovery and one key set', async () => {
  const token = await issuer.token()
  await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)))
  expect(issuer.requests.toSorted()).toEqual(['/.well-known/openid-configuration', '/jwks'])
})

test.each<[string, (of: TestIssuer) => void]>([
  [
    'discovery fails',
    of => {
      of.behaviour.discovery = () => ({ status: 500, body: {} })
    },
  ],
  [
    'discovery names another issuer',
    of => {
      of.behaviour.discovery = () => ({
        status: 200,
        body: { issuer: 'https://elsewhere.invalid', jwks_uri: `${of.url}/jwks` },
      })
    },
  ],
  [
    'discovery names no key set',
    of => {
      of.behaviour.discovery = issuerUrl => ({ status: 200, body: { issuer: issuerUrl } })
    },
  ],
  [
    'the key set cannot be fetched',
    of => {
      of.behaviour.keys = () => ({ status: 503, body: {} })
    },
  ],
  [
    'the key set is none',
    of => {
      of.behaviour.keys = () => ({ status: 200, body: { keys: 'none' } })
    },
  ],
])('when %s it is not the token that is refused, and it is tried again', async (_name, break_) => {
  const { behaviour } = issuer
  const good = { ...behaviour }
  break_(issuer)
  expect((await problemOf(await issuer.token())).code).toBe('identity-provider-unreachable')
  Object.assign(behaviour, good)
  expect(await verifier.verify(await issuer.token())).toMatchObject({ subject: 'worker-1' })
})

test('an identity provider that is gone is told within 1.5 s', async () => {
  const token = await issuer.token()
  await issuer.close()
  await expectUnreachableInTime(token)
  await expect(verifier.ready()).rejects.toMatchObject({ code: 'identity-provider-unreachable' })
})

test('an identity provider that hangs is told within 1.5 s', async () => {
  issuer.behaviour.keys = () => undefined
  await expectUnreachableInTime(await issuer.token())
})

async function expectUnreachableInTime(token: string): Promise<void> {
  const begun = performance.now()
  expect((await problemOf(token)).code).toBe('identity-provider-unreachable')
  expect(performance.now() - begun).toBeLessThan(1_500)
}
