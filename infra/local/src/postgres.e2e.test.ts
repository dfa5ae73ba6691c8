import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, it, vi } from 'vitest'
import { type RunningPostgres, startPostgres } from './postgres.ts'
import { removePostgres } from './postgres-home.ts'
import { identify } from './process-identity.ts'

// mkdtemp makes it 0700: an account other than ours cannot pass it.
const dir = mkdtempSync(join(tmpdir(), 'haven-postgres-'))
const log = { info: vi.fn(), warn: vi.fn() }
let running: RunningPostgres | undefined

afterAll(async () => {
  await running?.stop()
  removePostgres(dir)
})

async function query(url: string, text: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

it('starts below a directory that only its owner may enter, with checksums and without a way in for others', async () => {
  running = await startPostgres({ dir, log })
  expect(await query(running.adminUrl, 'show data_checksums')).toEqual([{ data_checksums: 'on' }])
  expect(await query(running.adminUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  expect(statSync(join(dir, 'superuser-password')).mode & 0o777).toBe(0o600)
  const url = new URL(running.adminUrl)
  url.password = 'guessed'
  await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed')
})

it('a server that a killed start left behind is stopped, and what it committed is there', async () => {
  const orphan = running as RunningPostgres
  await query(orphan.adminUrl, 'create table kept as select 1 as n')
  running = await startPostgres({ dir, log })
  expect(log.warn).toHaveBeenCalledWith(expect.stringContaining(`pid ${orphan.pid}`))
  expect(identify(orphan.pid)).toBeUndefined()
  expect(await query(running.adminUrl, 'select n from kept')).toEqual([{ n: 1 }])
})

it('comes back after kill -9 with its data, on the port that is asked for', async () => {
  const killed = running as RunningPostgres
  process.kill(killed.pid, 'SIGKILL')
  await killed.exited
  running = await startPostgres({ dir, port: killed.port, log })
  expect(running.adminUrl).toBe(killed.adminUrl)
  expect(await query(running.adminUrl, 'select n from kept')).toEqual([{ n: 1 }])
})

it('a start that is ended half-way leaves nothing running, and the next one works', async () => {
  const other = mkdtempSync(join(tmpdir(), 'haven-postgres-'))
  const ending = new AbortController()
  const starting = startPostgres({ dir: other, signal: ending.signal })
  setTimeout(() => ending.abort(), 200)
  await expect(starting).rejects.toThrow()
  const next = await startPostgres({ dir: other })
  await next.stop()
  removePostgres(other)
})

it('begins anew where a directory of the same name was deleted by hand', async () => {
  const other = mkdtempSync(join(tmpdir(), 'haven-postgres-'))
  await startPostgres({ dir: other }).then(first => first.stop())
  rmSync(other, { recursive: true })
  const second = await startPostgres({ dir: other })
  await second.stop()
  removePostgres(other)
})

it('nothing of it stays when it is removed', async () => {
  await running?.stop()
  running = undefined
  const elsewhere = join(dir, 'elsewhere')
  const data = existsSync(elsewhere) ? elsewhere : join(dir, 'data')
  expect(existsSync(data)).toBe(true)
  removePostgres(dir)
  expect(existsSync(dir)).toBe(false)
})
