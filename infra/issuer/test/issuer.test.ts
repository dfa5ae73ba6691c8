import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { roles } from '@haven/contracts'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { demoClients } from '../src/demo.ts'
import { createIssuer } from '../src/issuer.ts'

vi.spyOn(console, 'info').mockReturnValue()
vi.spyOn(console, 'warn').mockReturnValue()

const directory = mkdtempSync(join(tmpdir(), 'haven-issuer-'))
const clients = demoClients(id => `secret of ${id}`)
let issuer: string
let server: Server
let port = 0

async function listen(): Promise<void> {
  server = createServer()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  issuer = `http://127.0.0.1:${port}`
  server.on('request', (await createIssuer(issuer, directory)).callback())
}

const close = () =>
  new Promise<void>(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

beforeAll(async () => {
  writeFileSync(join(directory, 'demo-clients.json'), JSON.stringify(clients))
  await listen()
})
afterAll(async () => {
  await close()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(id: string, secret: string, resource?: string) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(resource && { resource }) })
  const authorization = `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')}`
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body, headers: { authorization } })
  return { status: answer.status, body: (await answer.json()) as { access_token: string; error?: string } }
}

async function verify(token: string, audience: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))
  return (await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] })).payload
}

it.each(clients)(
  '$id gets a token that is marked demo and says who it stands for',
  async ({ id, secret, ...client }) => {
    const { body } = await ask(id, secret)
    const claims = await verify(body.access_token, `urn:haven:${client.service}`)
    expect(claims).toMatchObject({
      client_id: id,
      sub: client.subject ?? id,
      sub_type: client.kind,
      org: client.organisation,
      roles: client.roles,
      demo: true,
      acr: expect.any(String),
      jti: expect.any(String),
    })
  },
)

it('there is a client for every role', () => {
  expect(new Set(clients.flatMap(client => client.roles))).toEqual(new Set(roles))
})

it('a stranger has the role of a case worker and another organisation', () => {
  const [stranger, caseworker] = ['stranger', 'caseworker'].map(id => clients.find(client => client.id === id))
  expect(stranger?.roles).toEqual(caseworker?.roles)
  expect(stranger?.organisation).not.toBe(caseworker?.organisation)
})

it('a token is for the one service that was asked for', async () => {
  const { body } = await ask('partner', 'secret of partner', 'urn:haven:intake')
  await verify(body.access_token, 'urn:haven:intake')
  await expect(verify(body.access_token, 'urn:haven:gateway')).rejects.toThrow('aud')
})

it.each([
  ['a wrong secret', 'partner', 'x', undefined, 401, 'invalid_client'],
  ['an unknown client', 'nobody', 'x', undefined, 401, 'invalid_client'],
  ['a service that does not exist', 'partner', 'secret of partner', 'urn:haven:nobody', 400, 'invalid_target'],
])('%s gets no token', async (_what, id, secret, resource, status, error) => {
  expect(await ask(id, secret, resource)).toMatchObject({ status, body: { error } })
})

it('a client that is added while it runs gets tokens at once', async () => {
  expect((await ask('late', 's')).status).toBe(401)
  const late = { id: 'late', secret: 's', organisation: 'o', roles: ['partner'], kind: 'client', service: 'gateway' }
  writeFileSync(join(directory, 'clients.json'), JSON.stringify([late]))
  expect((await ask('late', 's')).status).toBe(200)
})

it('a token outlives a restart', async () => {
  const { body } = await ask('partner', 'secret of partner')
  await close()
  await listen()
  // The first request may still meet a connection to the server that was closed.
  await vi.waitFor(() => verify(body.access_token, 'urn:haven:gateway'))
})
