import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBus, type OutgoingRecord } from '@haven/bus'
import type { ServiceName, TopicDefinition } from '@haven/contracts'
import { testLog } from '@haven/testkit'
import type pg from 'pg'
import { standStill } from './standing-still.ts'
import {
  type DatabaseName,
  type Ended,
  eventually,
  type Kept,
  type Part,
  type Run,
  root,
  type StandingStill,
  System,
} from './system.ts'

const upMs = 150_000
const goneMs = 30_000
const againMs = 60_000

/** What the `run.json` of `npm start` says beyond that. */
interface LocalRun extends Run {
  services: Record<ServiceName, { url: string; pid: number }>
  kafka: { brokers: string[]; pid: number }
  postgres: { adminUrl: string; pid: number }
  databases: Record<DatabaseName, string>
  keysDirectory: string
}

/** The system as `npm start` runs it, in a state directory of its own. Whatever ends is begun again by its supervisor. */
export class Processes extends System {
  readonly directory = mkdtempSync(join(tmpdir(), 'haven-system-'))
  readonly #child
  #output = ''
  readonly #ended = new Map<Part, number>()

  /** @param settings of all services */
  constructor(settings: Readonly<Record<string, string>>) {
    super()
    this.#child = spawn(process.execPath, [join(root, 'infra/local/src/start.ts')], {
      cwd: root,
      env: { ...process.env, ...settings, HAVEN_STATE_DIR: this.directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  override get run(): LocalRun {
    return super.run as LocalRun
  }

  get keysDirectory(): string {
    return this.run.keysDirectory
  }

  async ready(): Promise<void> {
    const until = Date.now() + upMs
    while (!existsSync(join(this.directory, 'run.json'))) {
      if (this.#child.exitCode !== null)
        throw new Error(`the system ended with ${this.#child.exitCode}:\n${this.#output}`)
      if (Date.now() > until) throw new Error(`the system was not up after ${upMs} ms:\n${this.#output}`)
      await sleep(100)
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise<void>(done => {
      this.#child.once('exit', () => done())
    })
    // As Ctrl-C does.
    this.#child.kill('SIGINT')
    await gone
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  pid(part: Part): number {
    const { services, kafka, postgres } = this.run
    return { ...services, kafka, postgres }[part].pid
  }

  async end(part: Part, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const pid = this.pid(part)
    this.#ended.set(part, pid)
    process.kill(pid, signal)
    await eventually(`${part} has ended`, async () => !isAlive(pid), goneMs)
  }

  async begin(part: Part): Promise<void> {
    const before = this.#ended.get(part)
    await eventually(`the supervisor begins ${part} again`, async () => this.pid(part) !== before, againMs)
  }

  async incarnation(part: Part): Promise<string> {
    return String(this.pid(part))
  }

  standStill(part: Part): Promise<StandingStill> {
    return standStill(this.pid(part))
  }

  async log(service: ServiceName): Promise<string> {
    return readFileSync(join(this.directory, 'logs', `${service}.log`), 'utf8')
  }

  connectionTo(database: DatabaseName): pg.ClientConfig {
    const { postgres, databases } = this.run
    const url = new URL(postgres.adminUrl)
    url.pathname = new URL(databases[database]).pathname
    return { connectionString: url.href }
  }

  async send({ name: topic, partitions }: TopicDefinition, records: OutgoingRecord[]): Promise<void> {
    const bus = createBus({ brokers: this.run.kafka.brokers, clientId: 'stranger', log: testLog() })
    const publisher = await bus.connectPublisher()
    await publisher.send(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, records })))
    await publisher.close()
    await bus.close()
  }

  haven(...args: string[]): Promise<Ended> {
    return this.havenWith({}, ...args)
  }

  doctor(...args: string[]): Promise<Ended> {
    return this.haven('doctor', ...args)
  }

  async *kept(): AsyncGenerator<Kept> {
    // Where root starts it, PostgreSQL's files lie there.
    const elsewhere = join(this.directory, 'postgres/elsewhere')
    for (const directory of [this.directory, ...(existsSync(elsewhere) ? [elsewhere] : [])])
      for (const file of filesUnder(directory)) yield { file, bytes: readFileSync(file) }
    yield { file: 'what npm start printed', bytes: Buffer.from(this.#output) }
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}
