import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** An address that speaks TLS: at once, or as PostgreSQL does, after having been asked for it. */
export interface Door {
  what: string
  host: string
  port: number
  protocol: 'tls' | 'postgres'
  /** The authority (PEM) that it has to come from; the system's without it. */
  ca?: string
}

// PostgreSQL's SSLRequest: length 8, code 80877103.
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const timeoutMs = 5_000

/** What an address shows when it is called, trusted or not. @throws when nothing answers, or answers without TLS */
export async function peerOf({ host, port, protocol, ca }: Door): Promise<{ validTo: number; distrust?: string }> {
  const socket = connectTcp({ host, port, timeout: timeoutMs })
  socket.once('timeout', () => socket.destroy(Object.assign(new Error(`no answer at ${host}:${port}`))))
  try {
    await once(socket, 'connect')
    if (protocol === 'postgres') await askForTls(socket)
    const tls = connectTls({ socket, servername: host, rejectUnauthorized: false, ...(ca !== undefined && { ca }) })
    await once(tls, 'secureConnect')
    const { valid_to } = tls.getPeerCertificate()
    const distrust = tls.authorized ? undefined : String(tls.authorizationError)
    tls.destroy()
    return { validTo: Date.parse(valid_to), ...(distrust !== undefined && { distrust }) }
  } finally {
    socket.destroy()
  }
}

async function askForTls(socket: Socket): Promise<void> {
  socket.write(sslRequest)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  if (answer.toString() !== 'S') throw new Error('PostgreSQL does not speak TLS; set ssl = on')
}
