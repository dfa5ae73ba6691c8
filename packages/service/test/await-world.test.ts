import { createServer } from 'node:net'
import { DatabaseBehind, MigrationError } from '@haven/db'
import { createLogger } from '@haven/telemetry'
import { expect, test, vi } from 'vitest'
import { awaitWorld } from '../src/await-world.ts'

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const behind = () => new DatabaseBehind('The database notes is behind by notes/1_first; run haven migrate.')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

function logged() {
  const lines: { level: string; missing?: string }[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { lines, log: createLogger({ service: 'notes', level: 'info', destination }) }
}

test('while a database is away or behind probes hear alive and not ready, everybody else 503; then the world is there and the port free', async () => {
  const { lines, log } = logged()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const answers: (() => Promise<string>)[] = [
    ...[1, 2].map(() => () => Promise.reject(away())),
    ...[1, 2].map(() => () => Promise.reject(behind())),
    async () => 'the world',
  ]
  let hold: (() => void) | undefined
  const connect = async () => {
    if (answers.length === 3) await new Promise<void>(resolve => (hold = resolve))
    return await answers.shift()!()
  }
  const waiting = awaitWorld(connect, { host: '127.0.0.1', port, log, retryMs: 5 })
  await vi.waitUntil(() => hold !== undefined)
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`)
    const body = (await answer.json()) as { instance?: string }
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    if (body.instance !== undefined) expect(body.instance).toBe(`urn:uuid:${id}`)
    return [answer.status, body]
  }
  expect(await ask('/livez')).toEqual([200, { status: 'alive' }])
  expect(await ask('/readyz?verbose')).toEqual([503, { status: 'not-ready', checks: { start: 'failing' } }])
  expect(await ask('/referrals')).toMatchObject([503, { code: 'starting' }])
  hold?.()
  expect(await waiting).toBe('the world')
  await expect(fetch(`${url}/livez`)).rejects.toThrow()
  // Each thing that is missing once, not at each attempt.
  expect(lines.map(line => line.missing)).toEqual([
    'The database does not let the service in (ECONNREFUSED).',
    'The database notes is behind by notes/1_first; run haven migrate.',
  ])
})

test('what only a person puts right is not waited for', async () => {
  const { log } = logged()
  const edited = new MigrationError('notes/1_first was changed after it had been applied')
  for (const error of [edited, new Error('the key file /nowhere is missing')]) {
    await expect(awaitWorld(() => Promise.reject(error), { host: '127.0.0.1', port: 0, log })).rejects.toBe(error)
  }
})

test('a service whose world is there opens no door before its own', async () => {
  const { lines, log } = logged()
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  expect(await awaitWorld(async () => 1, { host: '127.0.0.1', port, log })).toBe(1)
  expect(lines).toEqual([])
  taken.close()
})
