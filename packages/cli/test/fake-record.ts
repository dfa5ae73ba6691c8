import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const jti = 'session-1'
/** How entries name the token that this record gives. */
export const ownSession = createHash('sha256').update(jti).digest('base64url')

/** Audit and its OpenID provider, as far as the command meets them: in memory, on a port of this machine. */
export class FakeRecord {
  readonly requests: URL[] = []
  readonly purposes: unknown[] = []
  /** What the log holds, by index. */
  entries: Record<string, unknown>[] = []
  /** Answered once instead of entries. */
  refusal: { status: number; body: object } | undefined
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://record')
      const { status, body } = this.#answer(url, request.headers['purpose-of-use'], request.headers.authorization)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
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

  #answer(url: URL, purpose: unknown, authorization: unknown): { status: number; body: object } {
    const token = `e30.${Buffer.from(JSON.stringify({ jti })).toString('base64url')}.x`
    if (url.pathname === '/token') return { status: 200, body: { access_token: token, expires_in: 3_600 } }
    if (authorization !== `Bearer ${token}`) return { status: 401, body: {} }
    this.requests.push(url)
    this.purposes.push(purpose)
    const refused = this.refusal
    this.refusal = undefined
    return refused ?? { status: 200, body: this.#page(url.searchParams) }
  }

  #page(query: URLSearchParams): object {
    const limit = Number(query.get('limit'))
    const after = query.get('after')
    const all = this.entries.map((entry, n) => ({
      index: String(n),
      producer: 'intake/1',
      seq: String(n + 1),
      leafHash: '',
      entry,
    }))
    const completeness = { line: `${all.length} entries, no gap.`, entries: String(all.length) }
    if (after !== null) {
      const items = all.slice(Number(after) + 1, Number(after) + 1 + limit)
      return { items, next: null, after: items.at(-1)?.index ?? after, completeness }
    }
    const from = Number(query.get('cursor') ?? 0)
    const next = from + limit < all.length ? String(from + limit) : null
    return { items: all.reverse().slice(from, from + limit), next, completeness }
  }
}
