import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  eventually,
  type Launched,
  launch,
  launchByNpm,
  newState,
  pidsOf,
  processesOf,
  readRun,
  removeState,
  untilRunning,
} from '../test/launch.ts'
import { identify } from './process-identity.ts'
import type { RunFile } from './run-file.ts'

const state = newState()
const squatter: Server = createServer()
let system: Launched
let run: RunFile

beforeAll(async () => {
  // Busy either way: by us, or by whoever runs Haven on this machine.
  await new Promise<void>(resolve => squatter.once('error', () => resolve()).listen(7400, '127.0.0.1', resolve))
  system = launch(state, 'start.ts')
  run = await untilRunning(state, system)
})
afterAll(async () => {
  squatter.close()
  system.child.kill('SIGTERM')
  await system.exited
  removeState(state)
})

const ok = async (url: string) => (await fetch(url).catch(() => undefined))?.ok === true

async function token(client: string, resource: string): Promise<string> {
  const { id, secret } = run.clients[client]!
  const answer = await fetch(run.tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

it('a busy port is named and another chosen', () => {
  // 7399 is what another Haven on this machine holds; then all ports are chosen anew before 7400 is looked at.
  expect(system.output()).toMatch(/Port (7400 \(gateway\)|7399) is busy/)
  expect(run.services.gateway.url).not.toContain(':7400')
})

it('run.json is for its owner alone and everything that it names answers', async () => {
  expect(statSync(state.run).mode & 0o777).toBe(0o600)
  expect(statSync(state.directory).mode & 0o777).toBe(0o700)
  for (const { url } of Object.values(run.services)) expect(await ok(`${url}/readyz`)).toBe(true)
  for (const pid of pidsOf(run)) expect(identify(pid)).toBeDefined()
  for (const url of Object.values(run.databases)) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.end()
  }
})

it('a token of run.json opens the service that it is for', async () => {
  const authorization = `Bearer ${await token('partner', 'urn:haven:gateway')}`
  expect((await fetch(`${run.services.gateway.url}/receipts`, { headers: { authorization } })).status).toBe(200)
})

it('a second start names the one that runs, and leaves it alone', async () => {
  const second = launch(state, 'start.ts')
  expect(await second.exited).toBe(1)
  expect(second.output()).toContain(`Haven is already running here, pid ${run.pid}, ${run.services.gateway.url}.`)
  expect(await ok(`${run.services.gateway.url}/readyz`)).toBe(true)
})

it('every part that is killed comes back at the same address, and run.json has its new pid', async () => {
  for (const pid of pidsOf(run).slice(1)) process.kill(pid, 'SIGKILL')
  await eventually(() => pidsOf(readRun(state)).every((pid, at) => at === 0 || pid !== pidsOf(run)[at]), 60_000)
  for (const { url } of Object.values(run.services)) await eventually(() => ok(`${url}/readyz`), 60_000)
  const now = readRun(state)
  expect(now.services.gateway.url).toBe(run.services.gateway.url)
  expect(now.kafka.brokers).toEqual(run.kafka.brokers)
  expect(now.postgres.adminUrl).toBe(run.postgres.adminUrl)
  run = now
})

it('npm run dev starts one service again and leaves the others as they are', async () => {
  const dev = launch(state, 'dev.ts', 'gateway')
  await eventually(() => dev.output().includes('gateway runs with your changes'), 30_000)
  dev.child.kill()
  const now = readRun(state)
  expect(now.services.gateway.pid).not.toBe(run.services.gateway.pid)
  expect({ ...now, services: { ...now.services, gateway: run.services.gateway } }).toEqual(run)
  expect(await ok(`${now.services.gateway.url}/readyz`)).toBe(true)
  run = now
})

it('npm run dev of an unknown service names those that there are', async () => {
  const dev = launch(state, 'dev.ts', 'gatewya')
  expect(await dev.exited).toBe(1)
  expect(dev.output()).toContain('There is no service gatewya.')
  expect(dev.output()).toContain('gateway, intake, audit')
})

it('after kill -9 of the supervisor services end by themselves, lest one talks to the Kafka of another system', async () => {
  // Who cannot end is left to the next start, as Kafka and PostgreSQL are.
  process.kill(run.services.gateway.pid, 'SIGSTOP')
  system.child.kill('SIGKILL')
  await system.exited
  await eventually(() => ![run.services.intake.pid, run.issuerPid].some(pid => identify(pid)), 10_000)
  for (const pid of [run.services.gateway.pid, run.kafka.pid, run.postgres.pid]) expect(identify(pid)).toBeDefined()
})

it('npm run dev says that the system has stopped when it was killed', async () => {
  const dev = launch(state, 'dev.ts', 'gateway')
  expect(await dev.exited).toBe(1)
  expect(dev.output()).toContain('The system has stopped.')
})

it('and the next start clears what it left, and everything is as it was', async () => {
  const left = pidsOf(run)
  const keys = readFileSync(`${state.keys}/kek.json`, 'utf8')
  system = launch(state, 'start.ts')
  await eventually(() => left.every(pid => !identify(pid)), 30_000)
  const next = await untilRunning(state, system)
  expect(next.kafka.brokers).toEqual(run.kafka.brokers)
  expect(next.clients).toEqual(run.clients)
  expect(readFileSync(`${state.keys}/kek.json`, 'utf8')).toBe(keys)
  run = next
})

it('Ctrl-C stops everything within ten seconds and leaves no process and no run.json', async () => {
  const since = performance.now()
  system.child.kill('SIGINT')
  expect(await system.exited).toBe(0)
  expect(performance.now() - since).toBeLessThan(10_000)
  expect(processesOf(state)).toEqual([])
  expect(existsSync(state.run)).toBe(false)
  expect(existsSync(state.lock)).toBe(false)
})

it('npm run dev says so when nothing runs', async () => {
  const dev = launch(state, 'dev.ts', 'gateway')
  expect(await dev.exited).toBe(1)
  expect(dev.output()).toContain('npm start')
})

it('Ctrl-C in the middle of a start leaves no process either', async () => {
  system = launch(state, 'start.ts')
  await eventually(() => processesOf(state).some(line => line.includes('kafka.Kafka')), 30_000)
  system.child.kill('SIGINT')
  await system.exited
  expect(processesOf(state)).toEqual([])
})

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('a %s to npm alone leaves no process', async signal => {
  const npm = launchByNpm(state)
  await eventually(() => processesOf(state).some(line => line.includes('kafka.Kafka')), 60_000)
  npm.child.kill(signal)
  await npm.exited
  await eventually(() => processesOf(state).length === 0, 10_000)
})

it('--fresh begins with new keys, secrets and empty databases', async () => {
  system = launch(state, 'start.ts', '--fresh')
  const fresh = await untilRunning(state, system)
  expect(fresh.clients.partner?.secret).not.toBe(run.clients.partner?.secret)
  run = fresh
})

it('an option that does not exist is refused with those that do', async () => {
  const elsewhere = newState()
  const wrong = launch(elsewhere, 'start.ts', '--frsh')
  expect(await wrong.exited).toBe(1)
  removeState(elsewhere)
  expect(wrong.output()).toContain('--fresh')
})
