import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { createPool, type DatabaseUrls, type Log, migrate, prismaAdapter, provision } from '../../src/index.ts'
import { PrismaClient } from '../generated/client.ts'

/** A PostgreSQL 18 that a superuser may use; `stop` ends it if the suite started it. */
export interface Server {
  adminUrl: string
  stop(): Promise<void>
}

/** The same for every database of the suite: roles belong to the cluster, and suites may run side by side. */
export const passwords = { migrator: 'suite-migrator', app: 'suite-app', relay: 'suite-relay', reader: 'suite-reader' }

export const boxMigrations = { name: 'box', directory: fileURLToPath(new URL('../prisma/migrations', import.meta.url)) }

/** A database with the schema `box`, a pool of the app role and a client on it. */
export interface BoxDatabase {
  urls: DatabaseUrls
  pool: pg.Pool
  client: PrismaClient
  /** What was logged, with its fields. */
  logged: { message: string; fields: object }[]
  log: Log
  admin: pg.Pool
  close(): Promise<void>
}

export async function emptyDatabase(adminUrl: string): Promise<DatabaseUrls> {
  return provision({
    adminUrl,
    database: `box_${crypto.randomUUID().replaceAll('-', '')}`.slice(0, 30),
    service: 'box',
    passwords,
  })
}

export async function boxDatabase(adminUrl: string): Promise<BoxDatabase> {
  const urls = await emptyDatabase(adminUrl)
  await migrate({ url: urls.migrator, sources: [boxMigrations] })
  const logged: BoxDatabase['logged'] = []
  const note = (fields: object, message: string) => void logged.push({ fields, message })
  const log = { info: note, warn: note, error: note }
  const pool = createPool({ url: urls.app, applicationName: 'suite', log, max: 5 })
  const client = new PrismaClient({ adapter: prismaAdapter(pool) })
  const admin = new pg.Pool({ connectionString: asAdmin(adminUrl, urls), max: 2 })
  const close = async () => {
    await client.$disconnect()
    await Promise.all([pool.end(), admin.end()])
    await dropDatabase(adminUrl, urls)
  }
  return { urls, pool, client, logged, log, admin, close }
}

/** One for the tests of the block that calls this; its members are there once they run. */
export function freshBox(adminUrl: () => string): BoxDatabase {
  const box = {} as BoxDatabase
  beforeAll(async () => void Object.assign(box, await boxDatabase(adminUrl())))
  afterAll(() => box.close())
  return box
}

export async function dropDatabase(adminUrl: string, urls: DatabaseUrls): Promise<void> {
  await queryOnce(adminUrl, `drop database ${new URL(urls.app).pathname.slice(1)} with (force)`)
}

export function asAdmin(adminUrl: string, urls: DatabaseUrls): string {
  const url = new URL(adminUrl)
  url.pathname = new URL(urls.app).pathname
  return url.href
}

export async function queryOnce(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
