import { createHash } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const jti = 'session-1'
/** How entries name the token that this record gives. */
export const ownSession = createHash('sha256').update(jti).digest('base64url')

interface Placed {
  index: string
  producer: string
  seq: string
  leafHash: string
  entry: Record<string, unknown>
}

/** Audit and its OpenID provider, as far as the command meets them: in memory, on a port of this machine. */
export class FakeRecord {
  readonly requests: URL[] = []
  readonly purposes: unknown[] = []
  tokens = 0
  /** What the log holds, by index. */
  entries: Record<string, unknown>[] = []
  /** Answered once instead of entries. */
  refusal: { status: number; body: object } | undefined
  /** How the next feeds end, one after the other, each after so many entries; without one they end at the end. */
  readonly feedEnds: { after: number; how: 'break' | 'say'; reason?: string }[] = []
  /** Whether lines break off before the last one. */
  breaksOff = false
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://record')
      if (url.pathname === '/token') {
        this.tokens++
        return send(response, 200, { access_token: token, expires_in: 3_600 })
      }
      if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, {})
      this.requests.push(url)
      this.purposes.push(request.headers['purpose-of-use'])
      const refused = this.refusal
      this.refusal = undefined
      if (refused) return send(response, refused.status, refused.body)
      if (url.pathname === '/entries/feed') return this.#feed(url.searchParams, response)
      if (request.headers.accept === 'application/x-ndjson') return this.#lines(response)
      return send(response, 200, this.#page(url.searchParams))
    })
  }

  async start(): Promise<void> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(done => this.#server.close(done))
  }

  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return {
      HAVEN_AUDIT_URL: url,
      HAVEN_TOKEN_ENDPOINT: `${url}/token`,
      HAVEN_CLIENT_ID: 'auditor',
      HAVEN_CLIENT_SECRET: 'a secret',
    }
  }

  get #placed(): Placed[] {
    return this.entries.map((entry, n) => ({
      index: String(n),
      producer: 'intake/1',
      seq: String(n + 1),
      leafHash: 'AAAA',
      entry,
    }))
  }

  get #completeness() {
    return { line: `${this.entries.length} entries, no gap.`, entries: String(this.entries.length) }
  }

  #page(query: URLSearchParams): object {
    const limit = Number(query.get('limit'))
    const after = query.get('after')
    const [all, completeness] = [this.#placed, this.#completeness]
    if (after !== null) {
      const items = all.slice(Number(after) + 1, Number(after) + 1 + limit)
      return { items, next: null, after: items.at(-1)?.index ?? after, completeness }
    }
    const from = Number(query.get('cursor') ?? 0)
    const next = from + limit < all.length ? String(from + limit) : null
    return { items: all.reverse().slice(from, from + limit), next, window, completeness }
  }

  #lines(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const one of this.#placed.reverse()) response.write(line(one))
    if (this.breaksOff) return void setTimeout(() => response.destroy(), 20)
    response.end(line({ entries: this.entries.length, window, completeness: this.#completeness }))
  }

  #feed(query: URLSearchParams, response: ServerResponse): void {
    const after = Number(query.get('after') ?? this.entries.length - 1)
    const { feedEnds } = this
    const end = feedEnds.shift()
    const shown = this.#placed.slice(after + 1, end && after + 1 + end.after)
    const to = String(after + shown.length)
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(line({ after: String(after), completeness: this.#completeness }))
    for (const one of shown) response.write(line(one))
    if (end?.how === 'break') return void setTimeout(() => response.destroy(), 20)
    response.write(line({ after: to, completeness: this.#completeness }))
    response.end(line({ after: to, end: end?.reason ?? 'end-reached' }))
  }
}

const window = { from: '2026-04-05T07:08:09.000Z', to: '2026-05-06T07:09:09.000Z' }
const token = `e30.${Buffer.from(JSON.stringify({ jti })).toString('base64url')}.x`
const line = (value: unknown): string => `${JSON.stringify(value)}\n`

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
