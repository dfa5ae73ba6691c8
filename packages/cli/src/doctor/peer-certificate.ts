import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** An address that speaks TLS: at once, or as PostgreSQL does, after having been asked for it. */
export interface Door {
  what: string
  host: string
  port: number
  protocol: 'tls' | 'postgres'
  /** The authority (PEM) that it has to come from; the system's without it. */
  ca?: string
}

/** A certificate's time, and why it is not trusted where it is shown: a code of Node's TLS, undefined when it is. */
export interface CertificateState {
  validFrom: number
  validTo: number
  distrust?: string
}

// PostgreSQL's SSLRequest: length 8, code 80877103.
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const timeoutMs = 5_000

/** What an address shows when it is called, trusted or not. @throws when nothing answers, or answers without TLS */
export async function peerOf({ host, port, protocol, ca }: Door): Promise<CertificateState> {
  const socket = connectTcp({ host, port, timeout: timeoutMs })
  socket.once('timeout', () => socket.destroy(new Error(`no answer at ${host}:${port}`)))
  try {
    await once(socket, 'connect')
    if (protocol === 'postgres') await askForTls(socket)
    const tls = connectTls({
      socket,
      host,
      // An address is compared with the certificate too, and is no name to ask for.
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      rejectUnauthorized: false,
    })
    await once(tls, 'secureConnect')
    return stateOf(tls)
  } finally {
    socket.destroy()
  }
}

function stateOf(tls: TLSSocket): CertificateState {
  const { valid_from, valid_to } = tls.getPeerCertificate()
  const time = { validFrom: Date.parse(valid_from), validTo: Date.parse(valid_to) }
  const distrust = tls.authorized ? {} : { distrust: String(tls.authorizationError) }
  tls.destroy()
  return { ...time, ...distrust }
}

async function askForTls(socket: Socket): Promise<void> {
  socket.write(sslRequest)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  if (answer.toString() !== 'S') throw new Error('PostgreSQL does not speak TLS; set ssl = on')
}
