import { createHash } from 'node:crypto'
import type { AuditEntry, ServiceName } from '@haven/contracts'
import pg from 'pg'
import type { System } from './system.ts'
import { eventually } from './system.ts'

/** Runs `work` as a superuser on a service's database, to look at it and to break it from the outside. */
export async function onDatabase<T>(
  system: System,
  service: ServiceName,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(system.run.postgres.adminUrl)
  url.pathname = new URL(system.run.databases[service]).pathname
  const client = new pg.Client({ connectionString: url.href })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

interface Link {
  seq: string
  prev: Buffer
  leaf: Buffer
  hash: Buffer
}

/**
 * A service's entries in the order of its chain, once nothing waits any more.
 * @throws when a number is missing or there twice, a hash is not that of the bytes, or a link does not fit the one before
 */
export async function chainedEntries(system: System, service: ServiceName): Promise<AuditEntry[]> {
  const rows = await onDatabase(system, service, async client => {
    await eventually(`the outbox of ${service} is empty`, async () => {
      const { rows: waiting } = await client.query('select count(*)::int as count from record.outbox')
      return waiting[0].count === 0
    })
    return (await client.query<Link>('select seq, prev, leaf, hash from record.leaf order by producer, seq')).rows
  })
  let before: Buffer = Buffer.alloc(32)
  for (const [index, { seq, prev, leaf, hash }] of rows.entries()) {
    const fits = seq === String(index + 1) && prev.equals(before)
    if (!fits || !createHash('sha256').update(leaf).digest().equals(hash))
      throw new Error(`${service} breaks at ${seq}`)
    before = hash
  }
  return rows.map(({ leaf }) => JSON.parse(leaf.toString()).entry)
}
