import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@haven/contracts'
import { type DatabaseUrls, provision } from '@haven/db'
import { demoClients } from '@haven/issuer'
import { initKeys } from '@haven/vault'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually, newState, removeState } from '../test/launch.ts'
import { prepareDatabases } from './databases.ts'
import { type RunningKafka, startKafka } from './kafka.ts'
import { freePort } from './ports.ts'
import { type RunningPostgres, startPostgres } from './postgres.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { serviceEnvironment, services } from './services.ts'
import { root, type State, writePrivately } from './state.ts'
import { prepareTopics } from './topics.ts'

// The order in which the parts of a system start does not matter: services wait for what is not there yet.

const databaseNames = [...serviceNames, 'keys']
const roles = ['migrator', 'app', 'relay', 'reader'] as const
const ports: Record<string, number> = {}
let state: State
let secrets: Secrets
let postgres: RunningPostgres | undefined
let kafka: RunningKafka | undefined
let issuer: ChildProcess | undefined
let programs: Running[] = []

interface Running {
  name: ServiceName
  child: ChildProcess
  output: () => string
}

beforeAll(async () => {
  for (const name of ['postgres', 'kafka', 'issuer', ...serviceNames]) ports[name] = await freePort()
})
beforeEach(async () => {
  state = newState()
  for (const directory of [state.keys, state.issuer]) mkdirSync(directory, { recursive: true, mode: 0o700 })
  secrets = openSecrets(state.secrets)
  await initKeys(state.keys, { services: serviceNames })
  writePrivately(
    join(state.issuer, 'demo-clients.json'),
    demoClients(id => secrets.get(`client/${id}`)),
  )
})
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL')
  programs = []
  await Promise.all([postgres?.stop(), kafka?.stop(), issuer && ended(issuer, 'SIGTERM')])
  postgres = kafka = issuer = undefined
  removeState(state)
})
afterAll(() => removeState(state))

const parts = {
  async postgres() {
    postgres = await startPostgres({ dir: state.postgres, port: ports.postgres! })
  },
  async databases() {
    for (const name of databaseNames)
      await provision({ adminUrl: postgres!.adminUrl, database: name, service: name, passwords: passwordsOf(name) })
  },
  async migrations() {
    await prepareDatabases(postgres!.adminUrl, secrets)
  },
  async kafka() {
    kafka = await startKafka({ dir: state.kafka, port: ports.kafka! })
  },
  async topics() {
    await prepareTopics(kafka!.brokers)
  },
  async issuer() {
    issuer = spawn(process.execPath, [join(root, 'infra/issuer/src/main.ts')], {
      env: { ...process.env, HAVEN_ISSUER: issuerUrl(), HAVEN_ISSUER_DIRECTORY: state.issuer },
      stdio: 'ignore',
    })
  },
}

async function have(...names: (keyof typeof parts)[]): Promise<void> {
  for (const name of names) await parts[name]()
}

function passwordsOf(name: string): Record<keyof DatabaseUrls, string> {
  return Object.fromEntries(roles.map(role => [role, secrets.get(`database/${name}/${role}`)])) as Record<
    keyof DatabaseUrls,
    string
  >
}

const issuerUrl = () => `http://127.0.0.1:${ports.issuer}`

function startServices(): void {
  const urlOf = (name: string, role: string) =>
    `postgresql://${name}_${role}:${passwordsOf(name)[role as keyof DatabaseUrls]}@127.0.0.1:${ports.postgres}/${name}`
  const databases = Object.fromEntries(
    databaseNames.map(name => [name, Object.fromEntries(roles.map(role => [role, urlOf(name, role)]))]),
  ) as unknown as Record<string, DatabaseUrls>
  const brokers = [`127.0.0.1:${ports.kafka}`]
  const surroundings = { databases, brokers, issuer: issuerUrl(), keysDirectory: state.keys }
  programs = services.map(definition => {
    const { name } = definition
    const env = serviceEnvironment(definition, ports[name]!, surroundings)
    const child = spawn(process.execPath, [join(root, `services/${name}/src/main.ts`)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
    }
    return { name, child, output: () => text }
  })
}

async function ended(child: ChildProcess, signal: 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const exit = new Promise<number | null>(resolve => child.once('exit', resolve))
  child.kill(signal)
  return await exit
}

async function statusOf(name: ServiceName, path: string): Promise<number> {
  try {
    const answer = await fetch(`http://127.0.0.1:${ports[name]}${path}`)
    await answer.body?.cancel()
    return answer.status
  } catch {
    return 0
  }
}

/** All services answer probes as expected. */
async function allAnswer(path: string, status: number, timeoutMs: number): Promise<void> {
  await eventually(async () => {
    const answers = await Promise.all(serviceNames.map(name => statusOf(name, path)))
    return answers.every(answer => answer === status)
  }, timeoutMs)
}

/** The case worker's list, with a token of the provider: database, record and provider all have to be there. */
async function list(): Promise<number> {
  const id = 'caseworker'
  const token = await fetch(`${issuerUrl()}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secrets.get(`client/${id}`)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: 'urn:haven:intake' }),
  })
  const { access_token } = (await token.json()) as { access_token: string }
  const answer = await fetch(`http://127.0.0.1:${ports.intake}/referrals`, {
    headers: { authorization: `Bearer ${access_token}`, 'purpose-of-use': 'assistance' },
  })
  await answer.body?.cancel()
  return answer.status
}

async function becomesWhole(): Promise<void> {
  await allAnswer('/readyz', 200, 30_000)
  await eventually(async () => (await list().catch(() => 0)) === 200, 10_000)
  for (const { name, child } of programs) expect([name, child.exitCode]).toEqual([name, null])
  for (const { name, child } of programs) expect([name, await ended(child, 'SIGTERM')]).toEqual([name, 0])
}

const lastSaid = () => programs.map(({ output }) => output().trimEnd().split('\n').at(-1) ?? '')

async function allSay(words: RegExp): Promise<void> {
  await eventually(() => lastSaid().every(line => words.test(line)), 20_000)
}

it('services that were there first wait alive for PostgreSQL, databases, migrations, Kafka and the provider, say for which, and come up by themselves', async () => {
  startServices()
  await allAnswer('/livez', 200, 20_000)
  await allAnswer('/readyz', 503, 1_000)
  await allSay(/ECONNREFUSED/)
  await have('postgres')
  await allSay(/28P01|3D000/)
  await have('databases')
  await allSay(/run haven migrate/)
  await have('migrations')
  await allAnswer('/version', 200, 10_000)
  await allAnswer('/readyz', 503, 1_000)
  await have('kafka')
  await eventually(() => programs.every(({ output }) => output().includes('haven topics apply')), 30_000)
  await allAnswer('/readyz', 503, 1_000)
  await have('topics')
  await allAnswer('/readyz', 200, 30_000)
  await have('issuer')
  await becomesWhole()
})

it('and when these come in the opposite order', async () => {
  await have('issuer')
  startServices()
  await allAnswer('/livez', 200, 20_000)
  await have('kafka', 'topics')
  await allAnswer('/readyz', 503, 1_000)
  await have('postgres', 'migrations')
  await becomesWhole()
})

it('a service that waits for its database ends at once when it is told to', async () => {
  startServices()
  await allAnswer('/livez', 200, 20_000)
  for (const { child } of programs) expect(await ended(child, 'SIGTERM')).toBe(0)
})
