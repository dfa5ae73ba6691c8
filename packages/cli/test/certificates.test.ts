import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { createAuthority, type Issued, issue } from '@haven/authority'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { haven } from './haven.ts'

const day = 86_400_000
const nowhere = mkdtempSync(join(tmpdir(), 'haven-doctor-tls-'))
const [ca, otherCa] = [join(nowhere, 'ca.pem'), join(nowhere, 'other-ca.pem')]
const listening: Server[] = []
let authority: Issued
beforeAll(async () => {
  authority = await createAuthority('Haven test')
  writeFileSync(ca, authority.certificate)
  writeFileSync(otherCa, (await createAuthority('Haven test')).certificate)
})
afterAll(() => {
  for (const server of listening) server.close()
  rmSync(nowhere, { recursive: true })
})

async function listen(server: Server): Promise<number> {
  listening.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const tlsServer = ({ certificate, key }: Issued): Promise<number> =>
  listen(createServer({ cert: certificate, key }, socket => void socket.on('error', () => {}).end()))

/** What the doctor says of certificates, everything else being down. */
async function certificates(env: Record<string, string>) {
  const { code, out } = await haven({ HAVEN_STATE_DIR: nowhere, ...env }, 'doctor', '--json')
  const findings: { area: string; mark: string; says: string; remedy?: string }[] = JSON.parse(out)
  return { code, found: findings.filter(({ area }) => area === 'certificates') }
}

const kafkaAt = (port: number, host = '127.0.0.1', file = ca) => ({
  HAVEN_KAFKA_BROKERS: `${host}:${port}`,
  HAVEN_KAFKA_CA_FILE: file,
  HAVEN_KAFKA_USERNAME: 'haven-admin',
  HAVEN_KAFKA_PASSWORD: 'invented-password',
})

describe('a broker’s certificate', () => {
  const hosts = ['127.0.0.1']
  const ago = (days: number) => new Date(Date.now() - days * day)

  test('that is good is fine, and so is its authority', async () => {
    const port = await tlsServer(await issue(authority, hosts, { days: 100 }))
    const { found } = await certificates(kafkaAt(port))
    expect(found.map(({ mark }) => mark)).toEqual(['fine', 'fine'])
    expect(found[1]?.says).toBe('the certificate of Kafka at 127.0.0.1 is good for 99 days')
  })

  test.each<[string, { days: number; now?: Date }, string]>([
    ['that expires in five days', { days: 5 }, 'expires in 4 days'],
    ['that has expired', { days: 1, now: ago(9) }, `expired on ${ago(8).toISOString().slice(0, 10)}`],
    ['that is for later', { days: 10, now: ago(-2) }, 'is not valid before'],
  ])('%s is wrong, with the remedy', async (_, options, says) => {
    const port = await tlsServer(await issue(authority, hosts, options))
    const { code, found } = await certificates(kafkaAt(port))
    expect(code).toBe(1)
    expect(found[1]).toMatchObject({ mark: 'wrong', says: expect.stringContaining(says) })
    expect(found[1]?.remedy).toMatch(/[Ii]ssue a new one/)
  })

  test('of another authority is wrong, and the setting that names one is said', async () => {
    const port = await tlsServer(await issue(authority, hosts))
    const { found } = await certificates(kafkaAt(port, '127.0.0.1', otherCa))
    expect(found[1]).toMatchObject({ mark: 'wrong', says: expect.stringContaining('authority that is not trusted') })
    expect(found[1]?.remedy).toContain('HAVEN_KAFKA_CA_FILE')
  })

  test.each([
    ['a name', ['127.0.0.1'], 'localhost'],
    ['an address', ['localhost'], '127.0.0.1'],
  ])('for another host than %s that is called is wrong', async (_, names, host) => {
    const port = await tlsServer(await issue(authority, names))
    const { found } = await certificates(kafkaAt(port, host))
    expect(found[1]).toMatchObject({
      mark: 'wrong',
      says: `the certificate of Kafka at ${host} is for another host name`,
      remedy: expect.stringContaining('name that stands in the certificate'),
    })
  })

  test('is not seen where nobody answers, or answers without TLS, and the rest is', async () => {
    const plain = await listen(createTcpServer(socket => void socket.on('error', () => {}).end('not TLS')))
    for (const port of [1, plain]) {
      const { found } = await certificates(kafkaAt(port))
      expect(found.map(({ mark }) => mark)).toEqual(['fine', 'unseen'])
    }
  })
})

test('an authority that nears its end is wrong', async () => {
  const old = join(nowhere, 'old-ca.pem')
  writeFileSync(old, (await createAuthority('Haven test', { days: 5 })).certificate)
  const { found } = await certificates(kafkaAt(1, '127.0.0.1', old))
  expect(found[0]).toMatchObject({ mark: 'wrong', says: 'the certificate of the authority expires in 4 days' })
})

test('a service behind https is looked at too', async () => {
  const port = await tlsServer(await issue(authority, ['127.0.0.1']))
  const { found } = await certificates({ HAVEN_INTAKE_URL: `https://127.0.0.1:${port}` })
  expect(found).toMatchObject([{ mark: 'wrong', remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') }])
})
