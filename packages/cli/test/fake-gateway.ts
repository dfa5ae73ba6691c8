import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CloudEvent, ReceiptState } from '@haven/contracts'

/** What to do to one request instead of answering it well. */
export interface Fault {
  path: '/token' | '/events' | '/receipts/lookup'
  /** Cut the connection, before or after the events were taken. */
  cut?: 'before' | 'after'
  status?: number
  headers?: Record<string, string>
  body?: unknown
}

/** A gateway and its OpenID provider, as far as an import meets them: in memory, on a port of this machine. */
export class FakeGateway {
  readonly accepted = new Map<string, CloudEvent>()
  readonly requests: { path: string; size: number; at: number }[] = []
  /** Faults, each for the next request to its path. */
  faults: Fault[] = []
  /** The state of a receipt at the nth lookup of it. */
  stateAt: (lookups: number) => ReceiptState = () => 'applied'
  /** Status of an event in a batch; 202 accepts it. */
  judge: (event: CloudEvent) => number = () => 202
  tokensGiven = 0
  /** Tokens up to this one are not taken any more. */
  #revoked = 0
  #lookups = new Map<string, number>()
  #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response))
  }

  async start(): Promise<void> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(done => this.#server.close(done))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get environment(): Record<string, string> {
    return {
      HAVEN_GATEWAY_URL: this.url,
      HAVEN_TOKEN_ENDPOINT: `${this.url}/token`,
      HAVEN_CLIENT_ID: 'partner',
      HAVEN_CLIENT_SECRET: 'a secret',
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const path = request.url as Fault['path']
    this.requests.push({ path, size: text.length, at: performance.now() })
    const fault = this.#nextFault(path)
    if (fault?.cut === 'before') return void request.socket.destroy()
    if (fault?.status === 401) this.#revoked = this.tokensGiven
    if (fault?.status !== undefined) return send(response, fault.status, fault.body ?? {}, fault.headers)
    const isKnown = path === '/token' || this.#isGood(request)
    const answer = isKnown ? this.#answer(path, request, text) : { status: 401, body: {} }
    if (fault?.cut === 'after') return void request.socket.destroy()
    send(response, answer.status, answer.body)
  }

  #isGood({ headers }: IncomingMessage): boolean {
    const number = Number(headers.authorization?.match(/^Bearer token-(\d+)$/)?.[1])
    return number > this.#revoked && number <= this.tokensGiven
  }

  #nextFault(path: string): Fault | undefined {
    const n = this.faults.findIndex(fault => fault.path === path)
    return n === -1 ? undefined : this.faults.splice(n, 1)[0]
  }

  #answer(path: string, request: IncomingMessage, text: string): { status: number; body: unknown } {
    if (path === '/token') return this.#token(request, new URLSearchParams(text))
    if (path === '/receipts/lookup') return { status: 200, body: this.#lookup(JSON.parse(text).events) }
    return { status: 202, body: this.#accept(JSON.parse(text)) }
  }

  #token(request: IncomingMessage, form: URLSearchParams): { status: number; body: unknown } {
    const basic = `Basic ${Buffer.from('partner:a+secret').toString('base64')}`
    const isRight = request.headers.authorization === basic && form.get('resource') === 'urn:haven:gateway'
    if (!isRight || form.get('grant_type') !== 'client_credentials')
      return { status: 401, body: { error: 'invalid_client' } }
    this.tokensGiven++
    return { status: 200, body: { access_token: `token-${this.tokensGiven}`, token_type: 'Bearer', expires_in: 3_600 } }
  }

  #lookup(events: { source: string; id: string }[]): unknown {
    return {
      items: events.map((event, index) => {
        const name = nameOf(event)
        if (!this.accepted.has(name)) return { index, receipt: null }
        const lookups = (this.#lookups.get(name) ?? 0) + 1
        this.#lookups.set(name, lookups)
        return { index, receipt: { id: name, state: this.stateAt(lookups) } }
      }),
    }
  }

  #accept(events: CloudEvent[]): unknown {
    return {
      items: events.map((event, index) => {
        const status = this.judge(event)
        if (status === 202) this.accepted.set(nameOf(event), event)
        return status === 202
          ? { index, status }
          : { index, status, problem: { code: 'refused-here', title: 'Refused', errors: [] } }
      }),
    }
  }
}

const nameOf = ({ source, id }: { source: string; id: string }) => `${source} ${id}`

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
