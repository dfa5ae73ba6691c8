import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TlsPostgres, tlsPostgres } from '@haven/testkit/tls-postgres'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { haven } from './haven.ts'

// Each a cluster of its own, since provisioning sets the passwords of roles that the other tests' cluster shares.
let server: TlsPostgres
let log: TlsPostgres
beforeAll(async () => {
  ;[server, log] = await Promise.all([tlsPostgres(), tlsPostgres()])
})
afterAll(() => Promise.all([server.stop(), log.stop()]))

let directory: string
let env: Record<string, string>
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'haven-secrets-')), 'databases')
  env = {
    HAVEN_STATE_DIR: '/nowhere',
    HAVEN_ADMIN_DATABASE_URL: server.adminUrl,
    HAVEN_AUDIT_ADMIN_DATABASE_URL: log.adminUrl,
    HAVEN_DATABASE_SECRETS_DIRECTORY: directory,
  }
})
afterEach(() => rmSync(join(directory, '..'), { recursive: true }))

const provision = (...args: string[]) => haven(env, 'databases', 'provision', ...args)
const secret = (file: string) => readFileSync(join(directory, file), 'utf8').trim()

async function userOf(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query('select current_user as role, current_database() as database')).rows[0]
  } finally {
    await client.end()
  }
}

describe('haven databases provision', () => {
  test('makes every database on its server, and files for nobody but their owner by which roles sign in', async () => {
    const { code, out } = await provision()
    expect(code).toBe(0)
    expect(out).toContain('created  intake.app.url')
    expect(readdirSync(directory)).toHaveLength(16)
    for (const file of readdirSync(directory)) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(await userOf(secret('intake.app.url'))).toEqual({ role: 'intake_app', database: 'intake' })
    expect(await userOf(secret('keys.migrator.url'))).toEqual({ role: 'keys_migrator', database: 'keys' })
    expect(new URL(secret('audit.reader.url')).port).toBe(new URL(log.adminUrl).port)
    expect(out).not.toContain(new URL(secret('intake.app.url')).password)
  })

  test('run again it keeps every file and what roles sign in with, and haven migrate reads them', async () => {
    await provision('intake', 'keys')
    const before = readdirSync(directory).map(secret)
    const { code, out } = await provision('intake', 'keys', '--json')
    expect({ code, ...JSON.parse(out) }).toMatchObject({
      code: 0,
      databases: [
        { database: 'intake', created: [], kept: expect.arrayContaining(['intake.app.url', 'intake.migrator.url']) },
        { database: 'keys', created: [] },
      ],
    })
    expect(readdirSync(directory).map(secret)).toEqual(before)
    const migrating = { ...env, HAVEN_KEYS_DATABASE_URL_FILE: join(directory, 'keys.migrator.url') }
    expect(await haven(migrating, 'migrate', 'keys')).toMatchObject({
      code: 0,
      out: expect.stringContaining('applied vault/'),
    })
    expect(await haven(migrating, 'migrate', 'keys')).toMatchObject({ code: 0, out: 'keys: nothing to do' })
  })

  test('takes the passwords of files that are there, whatever name the server has in them, and may not write', async () => {
    await provision('gateway')
    const file = join(directory, 'gateway.app.url')
    const seenByServices = 'postgresql://gateway_app:given%2Fpassword@postgres:5432/gateway?sslmode=verify-full'
    writeFileSync(file, seenByServices)
    for (const each of readdirSync(directory)) chmodSync(join(directory, each), 0o400)
    expect((await provision('gateway')).code).toBe(0)
    expect(secret('gateway.app.url')).toBe(seenByServices)
    const own = new URL(secret('gateway.relay.url'))
    own.username = 'gateway_app'
    own.password = 'given%2Fpassword'
    expect(await userOf(own.href)).toMatchObject({ role: 'gateway_app' })
  })

  test.each([
    [
      'another role’s URL',
      'postgresql://intake_app:x@127.0.0.1/intake',
      0o600,
      'is not the URL of the role gateway_app',
    ],
    ['no URL', 'password', 0o600, 'is not the URL of the role gateway_app'],
    ['nothing', '', 0o600, 'is not the URL of the role gateway_app'],
    ['what everybody may read', 'postgresql://gateway_app:x@127.0.0.1/gateway', 0o644, 'chmod 600'],
  ])('a file that holds %s is refused, and stays', async (_, content, mode, says) => {
    await provision('gateway')
    const file = join(directory, 'gateway.app.url')
    writeFileSync(file, content)
    chmodSync(file, mode)
    const { code, notes } = await provision('gateway')
    expect({ code, notes }).toEqual({ code: 2, notes: expect.stringContaining(says) })
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  test('names every setting that is missing, and none that is not needed', async () => {
    const { code, notes } = await haven({ HAVEN_STATE_DIR: '/nowhere' }, 'databases', 'provision')
    expect(code).toBe(2)
    expect(notes).toContain('HAVEN_ADMIN_DATABASE_URL is missing, set it or HAVEN_ADMIN_DATABASE_URL_FILE')
    expect(notes).toContain('HAVEN_DATABASE_SECRETS_DIRECTORY is missing')
    const { HAVEN_ADMIN_DATABASE_URL: _, ...logAlone } = env
    expect((await haven(logAlone, 'databases', 'provision', 'audit')).code).toBe(0)
  })

  test('does not hand a superuser’s password to a server that another authority vouches for', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: server.otherAuthority }
    const { code, notes } = await haven(
      { ...env, HAVEN_ADMIN_DATABASE_URL: server.urlWith(parameters) },
      'databases',
      'provision',
    )
    expect(code).toBe(1)
    expect(notes).toMatch(
      /^✖ The database's server could not be trusted: .* sslrootcert in the URL has to name the authority/,
    )
  })
})
