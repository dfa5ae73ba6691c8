import { createHash } from 'node:crypto'
import { type AuditEntry, type ServiceName, serviceNames } from '@haven/contracts'
import pg from 'pg'
import { type DatabaseName, eventually, type System } from './system.ts'

/** Runs `work` as a superuser on a database, to look at it and to break it from the outside. */
export async function onDatabase<T>(
  system: System,
  database: DatabaseName,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(system.connectionTo(database))
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

/** An entry with its place in the log. */
export interface LoggedEntry {
  index: string
  producer: string
  seq: string
  leafHash: string
  entry: AuditEntry
}

const pageSize = 100

/**
 * The log as an auditor reads it, once all that any service has recorded by now is in it.
 * @throws when something is lost on the way, or what is shown is not what is stored
 */
export async function loggedEntries(system: System): Promise<LoggedEntry[]> {
  const recorded = await Promise.all(serviceNames.map(service => chainedEntries(system, service)))
  return onDatabase(system, 'audit', async client => {
    await eventually('everything is in the log', async () => {
      const { rows } = await client.query<{ service: string; seq: string }>(
        "select split_part(producer, '/', 1) as service, seq from ledger.producer_state",
      )
      const reached = new Map(rows.map(({ service, seq }) => [service, Number(seq)]))
      return serviceNames.every((service, at) => (reached.get(service) ?? 0) >= recorded[at]!.length)
    })
    const log = await followLog(system)
    const shown = new Set(log.map(({ entry }) => entry.id))
    const lost = recorded.flat().filter(({ id }) => !shown.has(id))
    if (lost.length > 0) throw new Error(`entries are lost on the way to the log: ${lost.map(named).join(', ')}`)
    const { rows } = await client.query<{ idx: string; leaf: Buffer }>(
      'select idx, leaf from ledger.entry order by idx limit $1',
      [log.length],
    )
    const stored = rows.map(({ idx, leaf }) => `${idx} ${createHash('sha256').update(leaf).digest('base64')}`)
    const differing = log.filter(({ index, leafHash }, at) => `${index} ${leafHash}` !== stored[at])
    if (differing.length > 0) throw new Error(`the log shows ${differing.length} leaves that it does not hold`)
    return log
  })
}

const named = ({ service, action, outcome, request, id }: AuditEntry): string =>
  `${service} ${action} ${outcome} of ${request === undefined ? `entry ${id}` : `request ${request}`}`

async function followLog(system: System): Promise<LoggedEntry[]> {
  const log: LoggedEntry[] = []
  for (;;) {
    const path = `/entries?limit=${pageSize}&after=${log.at(-1)?.index ?? -1}`
    const { status, body, text } = await system.call('audit', 'auditor', 'GET', path, {
      headers: { 'purpose-of-use': 'audit' },
    })
    if (status !== 200) throw new Error(`${status} ${text}`)
    log.push(...body.items)
    if (body.items.length < pageSize) return log
  }
}
