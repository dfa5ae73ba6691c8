import { type TlsPostgres, tlsPostgres } from '@haven/testkit/tls-postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool, isTransient, migrate, openDatabase, provision } from '../src/index.ts'
import { type BoxDatabase, boxDatabase, boxMigrations, emptyDatabase, passwords } from './conformance/server.ts'

const quiet = { info() {}, warn() {}, error() {} }
const encrypted = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()'

let server: TlsPostgres
beforeAll(async () => {
  server = await tlsPostgres()
})
afterAll(() => server.stop())

describe('to a server that takes nobody without TLS', () => {
  let database: BoxDatabase
  beforeAll(async () => {
    database = await boxDatabase(server.adminUrl)
  })
  afterAll(() => database.close())

  test('provisioning hands on what the URL says of TLS, migrations and pools connect by it', async () => {
    expect(new URL(database.urls.app).searchParams.get('sslmode')).toBe('verify-full')
    expect((await database.pool.query(encrypted)).rows).toEqual([{ ssl: true, version: 'TLSv1.3' }])
    expect(await migrate({ url: database.urls.migrator, sources: [boxMigrations] })).toEqual({ applied: [] })
  })

  test('Prisma runs on the same connections', async () => {
    expect(await database.client.$queryRawUnsafe(encrypted)).toEqual([{ ssl: true, version: 'TLSv1.3' }])
    expect(await database.client.$transaction(tx => tx.box.count())).toBe(0)
  })

  test('a session keeps its advisory lock, and gives it back with its connection', async () => {
    const [one, other] = [await database.pool.connect(), await database.pool.connect()]
    const take = 'select pg_try_advisory_lock(7) as taken'
    expect((await one.query(take)).rows).toEqual([{ taken: true }])
    expect((await other.query(take)).rows).toEqual([{ taken: false }])
    one.release(true)
    await expect.poll(async () => (await other.query(take)).rows).toEqual([{ taken: true }])
    other.release(true)
  })
})

describe('a server that is not the one that is meant', () => {
  const ways = {
    'a service’s start': (url: string) =>
      openDatabase({ url, applicationName: 'x', database: 'box', sources: [boxMigrations], log: quiet }),
    migrations: (url: string) => migrate({ url, sources: [boxMigrations] }),
    provisioning: (url: string) => provision({ adminUrl: url, database: 'box', service: 'box', passwords }),
  }

  test.each(Object.entries(ways))('is refused by %s when another authority vouches for it', async (_, connect) => {
    const refused = connect(server.urlWith({ sslmode: 'verify-full', sslrootcert: server.otherAuthority }))
    await expect(refused).rejects.toMatchObject({
      name: 'UntrustedDatabase',
      message: expect.stringMatching(/could not be trusted.*sslrootcert in the URL has to name the authority/),
    })
  })

  test.each(Object.entries(ways))('is refused by %s when its certificate is for another host', async (_, connect) => {
    const other = server.adminUrl.replace('127.0.0.1', 'localhost')
    await expect(connect(other)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test.each(Object.entries(ways))('is refused by %s when the file of the authority is missing', async (_, connect) => {
    const refused = connect(server.urlWith({ sslmode: 'verify-full', sslrootcert: '/nowhere/ca.pem' }))
    await expect(refused).rejects.toMatchObject({
      name: 'UntrustedDatabase',
      message: expect.stringContaining('/nowhere/ca.pem'),
    })
  })

  test.each(Object.entries(ways))('is not met half-way by %s', async (_, connect) => {
    for (const sslmode of ['require', 'prefer', 'verify-ca', 'no-verify']) {
      const refused = (async () => connect(server.urlWith({ sslmode })))()
      await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('write sslmode=verify-full') })
    }
  })

  test('is one that a request waits for, since certificates are renewed while services run', async () => {
    const url = server.urlWith({ sslmode: 'verify-full', sslrootcert: server.otherAuthority })
    const pool = createPool({ url, applicationName: 'x', log: quiet })
    const error = await pool.query('select 1').catch(thrown => thrown)
    await pool.end()
    expect(isTransient(error)).toBe(true)
    expect(String(error)).not.toContain(new URL(url).password)
  })
})

test('plain text is refused by the server itself', async () => {
  await expect(emptyDatabase(server.urlWith({}))).rejects.toMatchObject({ code: '28000' })
})
