import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A network between us and PostgreSQL that can be made bad. */
export interface Network {
  /** The URL through the network. */
  url: string
  /**
   * `pass`; `swallow` everything in both directions; `cut-at-commit`: COMMIT arrives, its answer does not, and the
   * connection breaks.
   */
  mode: 'pass' | 'swallow' | 'cut-at-commit'
  close(): void
}

export async function networkTo(target: string): Promise<Network> {
  const { hostname, port } = new URL(target)
  const sockets: Socket[] = []
  const network: Network = { url: target, mode: 'pass', close: () => {} }
  const server = createServer(near => {
    const far = connect(Number(port), hostname)
    sockets.push(near, far)
    let committing = false
    near.on('data', bytes => {
      committing ||= network.mode === 'cut-at-commit' && bytes.includes('COMMIT')
      if (network.mode !== 'swallow') far.write(bytes)
    })
    far.on('data', bytes => {
      if (committing) near.destroy()
      else if (network.mode !== 'swallow') near.write(bytes)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  network.url = url.href
  network.close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return network
}
