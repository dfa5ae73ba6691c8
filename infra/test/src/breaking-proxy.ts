import { connect, createServer, type Server, type Socket } from 'node:net'
import { type PassedAnswer, readAnswers } from './read-answers.ts'

const postEvents = Buffer.from('POST /events HTTP/1.1')

/** A TCP proxy that counts batches on their way and can break one in the middle of its body. */
export class BreakingProxy {
  /** Batches whose first bytes have passed. */
  batches = 0
  /** Connections that were broken. */
  broken = 0
  /** Called as each batch begins. */
  onBatch: (count: number) => void = () => {}
  /** Called for each answer that has passed whole, with the path that was asked for. */
  onAnswer: (path: string, answer: PassedAnswer) => void = () => {}
  #cutAfter: number | undefined
  #server: Server
  #open = new Set<Socket>()

  constructor(target: () => URL) {
    this.#server = createServer(client => {
      const { hostname, port } = target()
      this.#join(client, connect({ host: hostname, port: Number(port) }))
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>(done => {
      this.#server.listen(0, '127.0.0.1', done)
    })
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
    return `http://127.0.0.1:${address.port}`
  }

  /** Breaks the next batch after this many bytes of its request. */
  cutNextAfter(bytes: number): void {
    this.#cutAfter = bytes
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
  }

  #join(client: Socket, server: Socket): void {
    let left: number | undefined
    let path = ''
    client.on('data', bytes => {
      // One request after the other, and each begins a chunk.
      path = /^[A-Z]+ (\S+) HTTP/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1] ?? path
      if (bytes.includes(postEvents)) {
        this.batches++
        this.onBatch(this.batches)
        left = this.#cutAfter
        this.#cutAfter = undefined
      }
      if (left === undefined) return server.write(bytes)
      if (bytes.length <= left) {
        left -= bytes.length
        return server.write(bytes)
      }
      // What the gateway gets ends in the middle of an event; neither side is told.
      server.write(bytes.subarray(0, left), () => {
        this.broken++
        server.destroy()
        client.destroy()
      })
      return false
    })
    const read = readAnswers(answer => this.onAnswer(path, answer))
    server.on('data', bytes => {
      client.write(bytes)
      read(bytes)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#open.delete(one)
        other.destroy()
      })
    }
  }
}
