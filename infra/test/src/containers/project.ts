import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServiceName, serviceNames } from '@haven/contracts'
import { type Ended, root } from '../system.ts'
import { build, docker, run } from './docker.ts'

/** What a project is called and where its files are: enough for another process to go on with it. */
export interface Place {
  readonly name: string
  readonly directory: string
}

export interface Listed {
  ID: string
  Name: string
  Service: string
}

/** docker-compose.yml as a person starts it, with secrets, ports and names of its own, so that runs side by side do not meet. */
export class Project {
  readonly place: Place
  readonly name: string
  readonly images: { haven: string; setup: string }
  /** A state directory too: init writes run.json there, with the ports that were named. */
  readonly secrets: string
  readonly #settings: string
  readonly #override: string
  #tokens = new Map<string, string>()

  constructor(place: Place) {
    this.place = place
    this.name = place.name
    this.images = { haven: `haven:${this.name}`, setup: `haven-setup:${this.name}` }
    this.secrets = join(place.directory, 'secrets')
    this.#settings = join(place.directory, 'env')
    this.#override = join(place.directory, 'override.json')
  }

  /** @param ports on this machine; 0, which is any, where none is named, also for a second process of a service */
  static make(ports: Partial<Record<ServiceName | 'issuer', number>> = {}): Project {
    const name = `haven-test-${randomBytes(4).toString('hex')}`
    const project = new Project({ name, directory: mkdtempSync(join(tmpdir(), 'haven-compose-')) })
    mkdirSync(project.secrets)
    const settings = {
      HAVEN_IMAGE: project.images.haven,
      HAVEN_SETUP_IMAGE: project.images.setup,
      HAVEN_SECRETS: project.secrets,
      ...Object.fromEntries(
        ([...serviceNames, 'issuer'] as const).map(part => [
          `HAVEN_${part.toUpperCase()}_PORT`,
          String(ports[part] ?? 0),
        ]),
      ),
    }
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(project.#settings, lines.join(''))
    project.configure({})
    return project
  }

  /** Settings of all services, from the next `up` on. */
  configure(environment: Readonly<Record<string, string>>): void {
    const services = Object.fromEntries(serviceNames.map(name => [name, { environment }]))
    // JSON is YAML.
    writeFileSync(this.#override, JSON.stringify({ services }))
  }

  /** infra/compose/init */
  init(...args: string[]): Promise<Ended> {
    return run(join(root, 'infra/compose/init'), args, {
      HAVEN_SECRETS: this.secrets,
      HAVEN_ENV_FILE: this.#settings,
      HAVEN_SETUP_IMAGE: this.images.setup,
    })
  }

  buildImage(): Promise<void> {
    return build('haven', this.images.haven)
  }

  /** docker compose … @throws when it fails */
  compose(...args: string[]): Promise<string> {
    return docker(this.#composing(args))
  }

  /** Starts what is not there yet and waits until all is healthy; answers how long that took, in seconds. */
  async up(...args: string[]): Promise<number> {
    const since = performance.now()
    try {
      await this.compose('up', '--detach', '--wait', '--quiet-pull', ...args)
    } catch (cause) {
      const logs = await this.compose('logs', '--no-color', '--tail=15').catch(String)
      throw new Error(`it did not come up:\n${logs}`, { cause })
    }
    return (performance.now() - since) / 1000
  }

  /** docker compose run --rm haven … */
  haven(...args: string[]): Promise<Ended> {
    return this.havenWith([], ...args)
  }

  /** The same with more options of `docker compose run`. */
  havenWith(options: readonly string[], ...args: string[]): Promise<Ended> {
    return run('docker', this.#composing(['run', '--rm', '--no-TTY', ...options, 'haven', ...args]))
  }

  /** A program of ours in a container on all networks, with these variables, until it ends. */
  program(text: string, variables: Record<string, string> = {}): Promise<Ended> {
    const env = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
    return run('docker', this.#composing(running(text, ...env)))
  }

  /** Starts such a program and leaves it running. */
  async start(text: string, ...options: string[]): Promise<void> {
    await this.compose(...running(text, '--detach', ...options))
  }

  /** Starts such a program, whose output is read. */
  attach(text: string, ...options: string[]): ChildProcess {
    return spawn('docker', this.#composing(running(text, ...options)), {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  /** Containers of one service or of all, those that have ended too unless `which` is empty. */
  async containers(service?: string, which = ['--all']): Promise<Listed[]> {
    const text = await this.compose('ps', ...which, '--format=json', ...(service === undefined ? [] : [service]))
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Listed)
  }

  /** A state directory for the command of a checkout: what init has written, with the ports that the engine chose. */
  async stateDirectory(): Promise<string> {
    const run = JSON.parse(this.read('run.json'))
    for (const name of Object.keys(run.services)) run.services[name].url = await this.#addressOf(name)
    run.tokenEndpoint = `${await this.#addressOf('issuer')}/token`
    writeFileSync(join(this.place.directory, 'run.json'), JSON.stringify(run))
    return this.place.directory
  }

  read(secret: string): string {
    return readFileSync(join(this.secrets, secret), 'utf8')
  }

  /** The JSON that a service answers with, to one of the demonstration's clients, by the port on this machine; asked again while it is busy. */
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers of every route
  async get(service: string, client: string, path: string): Promise<any> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#getOnce(service, client, path)
      } catch (error) {
        if (tries === 20) throw error
        await sleep(500)
      }
    }
  }

  async #getOnce(service: string, client: string, path: string): Promise<unknown> {
    const address = await this.#addressOf(service)
    const headers = { authorization: `Bearer ${await this.#token(client, service)}`, 'purpose-of-use': 'assistance' }
    const answer = await fetch(`${address}${path}`, { headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  async #addressOf(service: string): Promise<string> {
    const port = { gateway: 7400, intake: 7401, audit: 7402, issuer: 7410 }[service]
    const running = await this.containers(service, [])
    const index = /\d+$/.exec(running[0]!.Name)![0]
    return `http://${await this.compose('port', `--index=${index}`, service, String(port))}`
  }

  async #token(client: string, service: string): Promise<string> {
    const known = this.#tokens.get(`${client} ${service}`)
    if (known !== undefined) return known
    const { clients } = JSON.parse(this.read('run.json'))
    const answer = await fetch(`${await this.#addressOf('issuer')}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client}:${clients[client].secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `urn:haven:${service}` }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    this.#tokens.set(`${client} ${service}`, token)
    return token
  }

  /** docker compose down: with `-v` nothing is kept. */
  async down(...args: string[]): Promise<void> {
    await this.compose('--profile=*', 'down', '--remove-orphans', ...args)
  }

  /** Takes away what a test alone has made: images and secrets. */
  async forget(): Promise<void> {
    await run('docker', ['image', 'rm', '--force', ...Object.values(this.images)])
    rmSync(this.place.directory, { recursive: true, force: true })
  }

  #composing(args: readonly string[]): string[] {
    return [
      'compose',
      '--file=docker-compose.yml',
      `--file=${this.#override}`,
      `--project-name=${this.name}`,
      `--env-file=${this.#settings}`,
      '--progress=quiet',
      ...args,
    ]
  }
}

const running = (text: string, ...options: string[]): string[] => [
  'run',
  '--rm',
  '--no-TTY',
  '--no-deps',
  ...options,
  '--entrypoint=node',
  'haven',
  '--input-type=module',
  '--eval',
  text,
]
