import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestIssuer, type TokenOptions, testIssuer } from './issuer.ts'

describe('the issuer of tests', () => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await testIssuer()
  })
  afterAll(() => issuer.close())

  async function verify(options?: TokenOptions) {
    const discovery = (await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json()) as {
      jwks_uri: string
    }
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri))
    const checks = { issuer: issuer.url, audience: 'urn:haven:intake', typ: 'at+jwt', algorithms: ['ES256'] }
    return jwtVerify(await issuer.token(options), keys, checks)
  }

  test('signs tokens that its published key verifies, for people', async () => {
    const { payload } = await verify({ role: 'auditor', org: 'org-1', sub: 'worker-7' })
    expect(payload).toMatchObject({ sub: 'worker-7', sub_type: 'person', org: 'org-1', roles: ['auditor'] })
  })

  test('and for partners’ systems', async () => {
    const { payload } = await verify({ role: 'partner', clientId: 'harbour' })
    expect(payload).toMatchObject({ sub: 'harbour', sub_type: 'client', client_id: 'harbour', roles: ['partner'] })
    expect(payload.demo).toBeUndefined()
  })

  test.each([
    ['signature', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['audience', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['type', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['expired', 'ERR_JWT_EXPIRED'],
    ['unsigned', 'ERR_JOSE_ALG_NOT_ALLOWED'],
  ] as const)('makes a token wrong in its %s alone', async (wrong, code) => {
    await expect(verify({ wrong })).rejects.toMatchObject({ code })
  })
})
