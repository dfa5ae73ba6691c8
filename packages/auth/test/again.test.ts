import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createVerifier, type Verifier } from '../src/index.ts'
import { maxTokens, VerifiedTokens } from '../src/verified-tokens.ts'
import { audience, startIssuer, type TestIssuer } from './issuer.ts'

// A token that comes again is not verified again, and is judged as if it were.

let issuer: TestIssuer
let verifier: Verifier
const verifications = vi.spyOn(crypto.subtle, 'verify')

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  issuer = await startIssuer()
  verifier = createVerifier({ issuer: issuer.url, audience, allowDemo: false })
  await verifier.verify(await issuer.token())
  verifications.mockClear()
})
afterEach(async () => {
  vi.useRealTimers()
  await issuer.close()
})

afterAll(() => verifications.mockRestore())

const minutes = (count: number) => count * 60_000
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)
const long = { exp: Math.floor(Date.now() / 1_000) + 3_600 }
const takeBackTheKey = () => {
  issuer.behaviour.keys = () => ({ status: 200, body: { keys: [] } })
}
const refused = expect.objectContaining({ code: 'token-invalid' })

test('its signature is verified once', async () => {
  const token = await issuer.token()
  const first = await verifier.verify(token)
  expect(await verifier.verify(token)).toEqual(first)
  expect(verifications).toHaveBeenCalledTimes(1)
})

test('who was read of it cannot be changed for the next request', async () => {
  const token = await issuer.token()
  await verifier.verify(token)
  const principal = await verifier.verify(token)
  expect(() => Object.assign(principal, { organisation: 'another' })).toThrow(TypeError)
  expect(() => (principal.roles as string[]).push('auditor')).toThrow(TypeError)
})

test('it is refused from its end on, and while its beginning is still to come', async () => {
  const token = await issuer.token({ claims: { nbf: Math.floor(Date.now() / 1_000) } })
  await verifier.verify(token)
  await verifier.verify(token)
  pass(-minutes(1))
  await expect(verifier.verify(token)).rejects.toEqual(refused)
  pass(minutes(1))
  await verifier.verify(token)
  pass(minutes(5) + 5_000)
  await expect(verifier.verify(token)).rejects.toEqual(refused)
})

test('a key that its issuer took back ends it when the keys are fetched again, after ten minutes', async () => {
  const token = await issuer.token({ claims: long })
  await verifier.verify(token)
  takeBackTheKey()
  await verifier.verify(token)
  pass(minutes(10))
  await expect(verifier.verify(token)).rejects.toEqual(refused)
})

test('so does fetching them for the sake of a key that nobody knew', async () => {
  const token = await issuer.token({ claims: long })
  await verifier.verify(token)
  takeBackTheKey()
  pass(31_000)
  await expect(verifier.verify(await issuer.token({ header: { kid: 'new' } }))).rejects.toEqual(refused)
  await expect(verifier.verify(token)).rejects.toEqual(refused)
})

test('it is not taken while the keys are due and cannot be had', async () => {
  const token = await issuer.token({ claims: long })
  await verifier.verify(token)
  issuer.behaviour.keys = () => ({ status: 503, body: {} })
  pass(minutes(10))
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'identity-provider-unreachable' })
})

test('a refused token is refused each time', async () => {
  const token = await issuer.token({ claims: { demo: true } })
  for (let time = 0; time < 2; time++) await expect(verifier.verify(token)).rejects.toEqual(refused)
})

test('only so many are remembered, those that came last', async () => {
  const verified = new VerifiedTokens({ clockToleranceSeconds: 5 })
  const principal = await verifier.verify(await issuer.token())
  for (let n = 0; n <= maxTokens; n++) verified.keep(`token ${n}`, principal, long, 1)
  expect(verified.find('token 0', 1)).toBeUndefined()
  expect(verified.find('token 1', 1)).toBe(principal)
  expect(verified.find(`token ${maxTokens}`, 1)).toBe(principal)
})
