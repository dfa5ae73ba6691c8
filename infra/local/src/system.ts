import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@haven/contracts'
import type { DatabaseUrls } from '@haven/db'
import { demoClients, type IssuerClient, registerDemoPartners } from '@haven/issuer'
import { initKeys } from '@haven/vault'
import { choosePorts } from './choose-ports.ts'
import { prepareDatabases } from './databases.ts'
import type { Log } from './failure.ts'
import { type RunningKafka, startKafka, stopKafkaLeftIn } from './kafka.ts'
import { type NodeProgram, startNodeProgram } from './node-program.ts'
import { type ProcessJournal, processJournal, stopOrphans } from './orphans.ts'
import { Parts } from './parts.ts'
import { type RunningPostgres, startPostgres, stopPostgresLeftIn } from './postgres.ts'
import { migratorUrls, type RunFile, runFile } from './run-file.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { type ServiceDefinition, type Surroundings, serviceEnvironment, services } from './services.ts'
import { type State, writePrivately } from './state.ts'
import { runSteps, type Step } from './steps.ts'
import { prepareTopics } from './topics.ts'

// Held while the system runs, see choosePorts.
const guardPort = 7399
export const preferredPorts = {
  ...(Object.fromEntries(services.map(({ name, preferredPort }) => [name, preferredPort])) as Record<
    ServiceName,
    number
  >),
  issuer: 7410,
  postgres: 7432,
  kafka: 7493,
}

/** All of Haven on this machine. */
export class System {
  readonly #state: State
  readonly #log: Log
  readonly #secrets: Secrets
  readonly #clients: IssuerClient[]
  readonly #journal: ProcessJournal
  readonly #parts: Parts
  #ports = preferredPorts
  #releasePorts = () => {}
  #databases: Record<string, DatabaseUrls> = {}
  #isComplete = false

  constructor(state: State, log: Log) {
    this.#state = state
    this.#log = log
    this.#secrets = openSecrets(state.secrets)
    this.#clients = demoClients(id => this.#secrets.get(`client/${id}`))
    this.#journal = processJournal(state.processes)
    this.#parts = new Parts(log, () => this.#publish())
  }

  /** Stops what a start that was killed left behind; only then are its ports free. */
  static async clear(state: State, log: Log): Promise<void> {
    runFile(state.run).remove()
    await stopOrphans(state.processes, log)
    await Promise.all([stopPostgresLeftIn(state.postgres, log), stopKafkaLeftIn(state.kafka, log)])
  }

  /** Resolves when everything runs and run.json is there. Rejects with a sentence; then `stop` is still to be called. */
  async start(): Promise<RunFile> {
    const { ports, notices, release } = await choosePorts(guardPort, preferredPorts)
    this.#ports = ports
    this.#releasePorts = release
    for (const notice of notices) this.#log.warn(notice)
    await runSteps(this.#steps())
    this.#isComplete = true
    return this.#publish() as RunFile
  }

  /** The settings of a service's process, for another program that does its work beside it on a port of its own. */
  environmentOf(name: ServiceName, port: number): Record<string, string> {
    return serviceEnvironment(services.find(one => one.name === name)!, port, this.#surroundings)
  }

  async restartService(name: ServiceName): Promise<void> {
    await this.#parts.restart(name)
  }

  /** Services first, then what they need. Nothing runs afterwards. */
  async stop(): Promise<void> {
    this.#isComplete = false
    runFile(this.#state.run).remove()
    await this.#parts.stop([serviceNames, ['OpenID provider', 'Kafka', 'PostgreSQL']])
    this.#releasePorts()
  }

  /** For who does not want to wait for `stop`. */
  kill(): void {
    this.#parts.kill()
  }

  #steps(): Record<string, Step> {
    const { keys, postgres, kafka, issuer, logs } = this.#state
    const service = (definition: ServiceDefinition): Step => ({
      title: `Service ${definition.name}`,
      needs: ['keys', 'databases', 'topics', 'issuer'],
      run: () => this.#keepProgram(this.#serviceProgram(definition)),
    })
    const context = (signal: AbortSignal, name: string) => ({
      signal,
      log: this.#log,
      logFile: join(logs, `${name}.log`),
    })
    return {
      keys: { title: 'Keys', run: async () => void (await initKeys(keys, { services: serviceNames })) },
      postgres: {
        title: 'PostgreSQL',
        run: () =>
          this.#parts.keep('PostgreSQL', signal =>
            startPostgres({ dir: postgres, port: this.#ports.postgres, ...context(signal, 'postgres') }),
          ),
      },
      kafka: {
        title: 'Kafka',
        run: onProgress =>
          this.#parts.keep('Kafka', signal =>
            startKafka({ dir: kafka, port: this.#ports.kafka, onProgress, ...context(signal, 'kafka') }),
          ),
      },
      issuer: {
        title: 'OpenID provider',
        run: () => {
          writePrivately(join(issuer, 'demo-clients.json'), this.#clients)
          return this.#keepProgram(this.#issuerProgram())
        },
      },
      databases: { title: 'Databases and migrations', needs: ['postgres'], run: () => this.#prepareDatabases() },
      topics: { title: 'Topics', needs: ['kafka'], run: () => prepareTopics(this.#surroundings.brokers) },
      ...Object.fromEntries(services.map(definition => [definition.name, service(definition)])),
    }
  }

  async #prepareDatabases(): Promise<void> {
    const { adminUrl } = this.#parts.current<RunningPostgres>('PostgreSQL')
    this.#databases = await prepareDatabases(adminUrl, this.#secrets)
    await registerDemoPartners(this.#databases.gateway!.app)
  }

  #keepProgram(program: NodeProgram): Promise<void> {
    return this.#parts.keep(program.name, signal => startNodeProgram(program, signal))
  }

  get #issuerUrl(): string {
    return `http://127.0.0.1:${this.#ports.issuer}`
  }

  get #surroundings(): Surroundings {
    return {
      databases: this.#databases,
      brokers: [`127.0.0.1:${this.#ports.kafka}`],
      issuer: this.#issuerUrl,
      keysDirectory: this.#state.keys,
    }
  }

  #serviceProgram(definition: ServiceDefinition): NodeProgram {
    const { name } = definition
    return {
      name,
      program: `services/${name}/src/main.ts`,
      env: serviceEnvironment(definition, this.#ports[name], this.#surroundings),
      logFile: join(this.#state.logs, `${name}.log`),
      readyUrl: `http://127.0.0.1:${this.#ports[name]}/readyz`,
      // What `serve` may take.
      graceMs: 10_000,
      journal: this.#journal,
    }
  }

  #issuerProgram(): NodeProgram {
    return {
      name: 'OpenID provider',
      program: 'infra/issuer/src/main.ts',
      env: { HAVEN_ISSUER: this.#issuerUrl, HAVEN_ISSUER_DIRECTORY: this.#state.issuer },
      logFile: join(this.#state.logs, 'issuer.log'),
      readyUrl: `${this.#issuerUrl}/.well-known/openid-configuration`,
      graceMs: 2_000,
      journal: this.#journal,
    }
  }

  // Pids change when a part is started again; until everything has run once the file would promise too much.
  #publish(): RunFile | undefined {
    if (!this.#isComplete) return undefined
    const content = this.#describe()
    runFile(this.#state.run).write(content)
    return content
  }

  #describe(): RunFile {
    const { adminUrl, pid } = this.#parts.current<RunningPostgres>('PostgreSQL')
    const kafka = this.#parts.current<RunningKafka>('Kafka')
    const service = (name: ServiceName) => ({
      url: `http://127.0.0.1:${this.#ports[name]}`,
      pid: this.#parts.current(name).pid,
    })
    return {
      pid: process.pid,
      services: Object.fromEntries(serviceNames.map(name => [name, service(name)])) as RunFile['services'],
      issuer: this.#issuerUrl,
      issuerPid: this.#parts.current('OpenID provider').pid,
      tokenEndpoint: `${this.#issuerUrl}/token`,
      clients: Object.fromEntries(this.#clients.map(({ id, secret }) => [id, { id, secret }])),
      kafka: { brokers: kafka.brokers, pid: kafka.pid },
      postgres: { adminUrl, pid },
      databases: migratorUrls(this.#databases),
      keysDirectory: this.#state.keys,
    }
  }
}
