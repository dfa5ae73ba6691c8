import { join } from 'node:path'
import type { OutgoingRecord } from '@haven/bus'
import { kafkaUserOf, type ServiceName, serviceNames, type TopicDefinition } from '@haven/contracts'
import type pg from 'pg'
import { type DatabaseName, type Ended, type Kept, type Part, type StandingStill, System } from '../system.ts'
import { docker, run } from './docker.ts'
import { keptBy } from './kept.ts'
import { sender } from './programs.ts'
import { type Place, Project } from './project.ts'

/** What the files of tests that share a stack need to know of it. */
export interface Stack {
  readonly place: Place
  /** The port on this machine that leads to each server of PostgreSQL. */
  readonly doors: Readonly<Record<string, number>>
}

/** By what docker-compose.yml calls them. */
export const postgresServers: readonly string[] = ['postgres', 'postgres-audit', 'postgres-keys']
const partsOf = (part: Part): readonly string[] => (part === 'postgres' ? postgresServers : [part])
const everything = [...serviceNames, 'kafka', 'issuer', ...partsOf('postgres')]

/** The system as docker-compose.yml runs it: a stack that others have used before and will use again. */
export class Containers extends System {
  readonly directory: string
  readonly keysDirectory: string
  readonly #project: Project
  readonly #doors: Stack['doors']
  readonly #settings: Readonly<Record<string, string>>
  #since = ''

  constructor({ place, doors }: Stack, settings: Readonly<Record<string, string>>) {
    super()
    this.#project = new Project(place)
    this.#doors = doors
    this.#settings = settings
    this.directory = this.#project.secrets
    this.keysDirectory = join(this.directory, 'keys')
  }

  async ready(): Promise<void> {
    this.#since = new Date().toISOString()
    this.#project.configure(this.#settings)
    // Services that had other settings are made anew, the others stay.
    await this.#project.up('--no-build', '--no-deps', ...serviceNames)
  }

  async stop(): Promise<void> {
    await this.#project.compose('stop')
  }

  /** Whatever a test left standing still or ended goes on, for who comes next. */
  async close(): Promise<void> {
    const states = await Promise.all(everything.map(name => this.#inspect(name, '{{.State.Status}}')))
    const those = (state: string) =>
      everything.filter((_, at) => states[at] === state).map(name => this.#container(name))
    if (those('paused').length > 0) await docker(['unpause', ...those('paused')])
    if (those('exited').length > 0) await docker(['start', ...those('exited')])
  }

  async end(part: Part, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const containers = this.#containers(part)
    await docker(signal === 'SIGTERM' ? ['stop', ...containers] : ['kill', ...containers])
    await docker(['wait', ...containers])
  }

  async begin(part: Part): Promise<void> {
    await docker(['start', ...this.#containers(part)])
  }

  async incarnation(part: Part): Promise<string> {
    return (await Promise.all(partsOf(part).map(name => this.#inspect(name, '{{.State.StartedAt}}')))).join(' ')
  }

  async standStill(part: Part): Promise<StandingStill> {
    const containers = this.#containers(part)
    await docker(['pause', ...containers])
    return {
      goOn: async () => {
        await run('docker', ['unpause', ...containers])
      },
    }
  }

  async log(service: ServiceName): Promise<string> {
    const { stdout, stderr } = await run('docker', ['logs', `--since=${this.#since}`, this.#container(service)])
    return stdout + stderr
  }

  connectionTo(database: DatabaseName): pg.ClientConfig {
    // Each database lies on the server that its URLs name.
    const { hostname: server } = new URL(this.#project.read(`databases/${database}.migrator.url`))
    return {
      host: '127.0.0.1',
      port: this.#doors[server]!,
      user: 'postgres',
      password: this.#project.read(`databases/${server}.password`).trim(),
      database,
      ssl: { ca: this.#project.read('authority.crt'), servername: server },
    }
  }

  async send({ name: topic, partitions, owner }: TopicDefinition, records: OutgoingRecord[]): Promise<void> {
    const username = kafkaUserOf(owner as ServiceName)
    const password = this.#project.read(`kafka/${username}.password`).trim()
    const encoded = records.map(({ value, ...other }) => ({ ...other, value: value?.toString('base64') ?? null }))
    const sending = JSON.stringify({ topic, partitions, records: encoded, username, password })
    const { code, stderr } = await this.#project.program(sender, { sending })
    if (code !== 0) throw new Error(stderr)
  }

  haven(...args: string[]): Promise<Ended> {
    return this.#project.haven(...args)
  }

  // As infra/compose/README.md says it: nothing has the keys but the services, each its own.
  doctor(...args: string[]): Promise<Ended> {
    const keys = [`--volume=${this.keysDirectory}:/run/keys:ro`, '--env=HAVEN_KEYS_DIRECTORY=/run/keys']
    return this.#project.havenWith(keys, 'doctor', ...args)
  }

  kept(): AsyncIterable<Kept> {
    return keptBy(everything.map(name => this.#container(name)))
  }

  #container(name: string): string {
    return `${this.#project.name}-${name}-1`
  }

  #containers(part: Part): string[] {
    return partsOf(part).map(name => this.#container(name))
  }

  #inspect(name: string, format: string): Promise<string> {
    return docker(['inspect', `--format=${format}`, this.#container(name)])
  }
}
