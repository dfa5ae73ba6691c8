import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OutgoingRecord } from '@haven/bus'
import { type ServiceName, serviceNames, type TopicDefinition } from '@haven/contracts'
import type pg from 'pg'

export const root = resolve(import.meta.dirname, '../../..')

/** What a test can end, begin or let stand still; `postgres` is all servers of it. */
export type Part = ServiceName | 'kafka' | 'postgres'
export const parts: readonly Part[] = [...serviceNames, 'kafka', 'postgres']

export type DatabaseName = ServiceName | 'keys'
export const databaseNames: readonly DatabaseName[] = [...serviceNames, 'keys']

/** What `run.json` says of every system. */
export interface Run {
  services: Record<ServiceName, { url: string }>
  tokenEndpoint: string
  clients: Record<string, { id: string; secret: string }>
}

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Something that gets no time: it keeps its connections and answers nothing, as on a machine that is out of memory or whose disk hangs. */
export interface StandingStill {
  goOn(): Promise<void>
}

/** What a system keeps on disk. */
export interface Kept {
  file: string
  bytes: Buffer
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

/**
 * The whole system, driven from outside by HTTP and CLI, broken and looked into. Tests get it from `startSystem`, which knows how it runs: as the processes of
 * `npm start` (processes.ts) or as the containers of docker-compose.yml (containers/containers.ts).
 */
export abstract class System {
  /** HAVEN_STATE_DIR for a command of this checkout: `run.json` in it says where everything is. */
  abstract readonly directory: string
  #tokens = new Map<string, { value: string; until: number }>()

  /** Where its keys lie on this machine. */
  abstract readonly keysDirectory: string

  /** Resolves when all is up. @throws with what the system said, when it does not come up */
  abstract ready(): Promise<void>

  /** Stops everything in order; data stays. */
  abstract stop(): Promise<void>

  /** The test needs it no longer. */
  abstract close(): Promise<void>

  /** Ends a part: SIGTERM asks it to stop in order, SIGKILL ends it at once. Resolves when it has gone. */
  abstract end(part: Part, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>

  /** Resolves when a part that was ended runs again; what it does then is another matter. */
  abstract begin(part: Part): Promise<void>

  /** Another text each time that a part begins. */
  abstract incarnation(part: Part): Promise<string>

  abstract standStill(part: Part): Promise<StandingStill>

  /** What a service has logged. */
  abstract log(service: ServiceName): Promise<string>

  /** How a superuser connects to a database. */
  abstract connectionTo(database: DatabaseName): pg.ClientConfig

  /** Writes records into each partition of a topic, as who owns it. */
  abstract send(topic: TopicDefinition, records: OutgoingRecord[]): Promise<void>

  /** The `haven` command as an operator calls it. */
  abstract haven(...args: string[]): Promise<Ended>

  /** `haven doctor`, called by who has the keys at hand. */
  abstract doctor(...args: string[]): Promise<Ended>

  /** Every file that the system keeps: topics, tables, write-ahead log, service logs, state. Once it is stopped, all is in them. */
  abstract kept(): AsyncIterable<Kept>

  get run(): Run {
    return JSON.parse(readFileSync(join(this.directory, 'run.json'), 'utf8'))
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

  /** The `haven` command of this checkout with settings of its own, as somebody calls it who has nothing but the services' addresses. */
  havenWith(environment: Record<string, string>, ...args: string[]): Promise<Ended> {
    return new Promise(done => {
      execFile(
        join(root, 'packages/cli/bin/haven.mjs'),
        args,
        { cwd: root, env: { ...process.env, HAVEN_STATE_DIR: this.directory, ...environment }, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      )
    })
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
