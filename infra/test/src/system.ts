import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '@haven/contracts'

const root = resolve(import.meta.dirname, '../../..')

/** What `.haven/run.json` says while the system runs. */
export interface Run {
  services: Record<ServiceName, { url: string; pid: number }>
  issuer: string
  tokenEndpoint: string
  clients: Record<string, { id: string; secret: string }>
  kafka: { brokers: string[]; pid: number }
  postgres: { adminUrl: string; pid: number }
  databases: Record<ServiceName | 'keys', string>
  keysDirectory: string
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers of every route
  body: any
  text: string
}

export interface CallOptions {
  headers?: Record<string, string>
  json?: unknown
  body?: string | Buffer
}

/** The whole system as `npm start` runs it, in a state directory of its own, driven from outside by HTTP, CLI and signals. */
export class System {
  readonly directory: string
  #child
  #log = ''
  #tokens = new Map<string, { value: string; until: number }>()

  constructor(environment: Record<string, string> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'haven-system-'))
    this.#child = spawn(process.execPath, [join(root, 'infra/local/src/start.ts')], {
      cwd: root,
      env: { ...process.env, ...environment, HAVEN_STATE_DIR: this.directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text
      })
    }
  }

  /** @throws with what the system printed, when it is not up within `timeoutMs` */
  async ready(timeoutMs = 150_000): Promise<void> {
    const until = Date.now() + timeoutMs
    while (!existsSync(join(this.directory, 'run.json'))) {
      if (this.#child.exitCode !== null) throw new Error(`the system ended with ${this.#child.exitCode}:\n${this.#log}`)
      if (Date.now() > until) throw new Error(`the system was not up after ${timeoutMs} ms:\n${this.#log}`)
      await sleep(100)
    }
  }

  get run(): Run {
    return JSON.parse(readFileSync(join(this.directory, 'run.json'), 'utf8'))
  }

  get output(): string {
    return this.#log
  }

  async token(client: string, service: ServiceName): Promise<string> {
    const known = this.#tokens.get(`${client} ${service}`)
    if (known && known.until > Date.now()) return known.value
    const { id, secret } = this.run.clients[client] ?? { id: client, secret: '' }
    const answer = await fetch(this.run.tokenEndpoint, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `urn:haven:${service}` }),
    })
    const body = (await answer.json()) as { access_token?: string; expires_in?: number }
    if (!body.access_token) throw new Error(`no token for ${client}: ${answer.status} ${JSON.stringify(body)}`)
    this.#tokens.set(`${client} ${service}`, {
      value: body.access_token,
      until: Date.now() + ((body.expires_in ?? 60) - 30) * 1000,
    })
    return body.access_token
  }

  /** One request with the token of a client, or with nobody's. @throws when no whole answer arrives within a minute */
  async call(
    service: ServiceName,
    client: string | null,
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = {}
    if (client !== null) headers.authorization = `Bearer ${await this.token(client, service)}`
    if (service !== 'gateway') headers['purpose-of-use'] = 'assistance'
    if (options.json !== undefined) headers['content-type'] = 'application/json'
    const body = options.json === undefined ? options.body : JSON.stringify(options.json)
    const answer = await fetch(`${this.run.services[service].url}${path}`, {
      method,
      headers: { ...headers, ...options.headers },
      signal: AbortSignal.timeout(60_000),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: (answer.headers.get('content-type') ?? '').includes('json') && text ? JSON.parse(text) : undefined,
    }
  }

  /** Every item of a paged list. */
  async all(service: ServiceName, client: string, path: string): Promise<Answer['body'][]> {
    const items: Answer['body'][] = []
    let next: string | null | undefined
    do {
      const separator = path.includes('?') ? '&' : '?'
      const page = await this.call(
        service,
        client,
        'GET',
        `${path}${separator}limit=100${next ? `&cursor=${encodeURIComponent(next)}` : ''}`,
      )
      if (page.status !== 200) throw new Error(`${path}: ${page.status} ${page.text}`)
      items.push(...page.body.items)
      next = page.body.next
    } while (next)
    return items
  }

  /** The `haven` command, as a user would call it; it finds this system by its state directory. */
  haven(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return this.havenWith({}, ...args)
  }

  /** The same with settings of its own. */
  havenWith(
    environment: Record<string, string>,
    ...args: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise(done => {
      execFile(
        join(root, 'packages/cli/bin/haven.mjs'),
        args,
        { cwd: root, env: { ...process.env, HAVEN_STATE_DIR: this.directory, ...environment }, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      )
    })
  }

  /** Ctrl-C, and wait. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGINT')
      await new Promise<void>(done => {
        this.#child.once('exit', () => done())
      })
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Asks until `check` answers something true. @throws after `timeoutMs` with `what` */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | false | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const until = Date.now() + timeoutMs
  let last: unknown
  while (Date.now() < until) {
    try {
      const answer = await check()
      if (answer) return answer
    } catch (error) {
      last = error
    }
    await sleep(150)
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last })
}
