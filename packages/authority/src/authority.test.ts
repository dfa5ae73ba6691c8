import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthority, type Issued, issue } from './index.ts'

/** What a client that trusts `ca` says of a server with this certificate, called by `host`. */
async function meet(server: Issued, ca: string, host: string): Promise<string> {
  const listener = createServer({ cert: server.certificate, key: server.key }, socket => void socket.end())
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const socket: TLSSocket = connect({ port, host: '127.0.0.1', ca, ...(/\d$/.test(host) ? {} : { servername: host }) })
  try {
    return await Promise.race([
      once(socket, 'secureConnect').then(() => 'trusted'),
      new Promise<string>(resolve =>
        socket.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? '')),
      ),
    ])
  } finally {
    socket.destroy()
    listener.close()
  }
}

let authority: Issued
let other: Issued
beforeAll(async () => {
  authority = await createAuthority('Haven test')
  other = await createAuthority('Haven test')
})

describe('a certificate', () => {
  let server: Issued
  beforeAll(async () => {
    server = await issue(authority, ['kafka', 'kafka.internal', '127.0.0.1'])
  })

  test.each(['kafka', 'kafka.internal', '127.0.0.1'])('is trusted as %s by who trusts its authority', async host => {
    expect(await meet(server, authority.certificate, host)).toBe('trusted')
  })

  test('is not trusted under another name', async () => {
    expect(await meet(server, authority.certificate, 'postgres')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  test('is not trusted by who trusts another authority of the same name', async () => {
    expect(await meet(server, other.certificate, 'kafka')).not.toBe('trusted')
  })

  test('signs no certificate itself', async () => {
    const below = await issue(server, ['kafka'])
    expect(await meet(below, `${authority.certificate}${server.certificate}`, 'kafka')).not.toBe('trusted')
  })

  test('is not trusted after its time', async () => {
    const expired = await issue(authority, ['kafka'], { days: 1, now: new Date('2020-01-01T00:00:00Z') })
    expect(await meet(expired, authority.certificate, 'kafka')).toBe('CERT_HAS_EXPIRED')
  })

  test('is for at least one host', async () => {
    await expect(issue(authority, [])).rejects.toThrow('host name')
  })
})

test('every serial number is positive and its own', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => issue(authority, ['a'])))
  const serials = all.map(({ certificate }) => new X509Certificate(certificate).serialNumber)
  expect(new Set(serials).size).toBe(8)
  for (const serial of serials) expect(Number.parseInt(serial.padStart(32, '0').slice(0, 2), 16)).toBeLessThan(0x80)
})
