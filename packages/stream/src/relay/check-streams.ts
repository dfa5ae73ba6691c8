import type { Bus } from '@haven/bus'
import type { Pool } from 'pg'
import { checkStart, type LastSeen } from '../steps/start-check.ts'
import { readEnvelope } from '../wire/envelope.ts'
import { readFacts, type StreamRow } from './statements.ts'

/** Kafka knows more than the database: nothing may be sent. The message names the remedy. */
export class RelayRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RelayRefused'
  }
}

const atOnce = 8

/**
 * Compares the newest record of each own partition with the database; answers the number by stream id from which sending goes on.
 * @throws RelayRefused naming the remedy
 */
export async function checkStreams(options: {
  pool: Pool
  bus: Bus
  rows: readonly StreamRow[]
}): Promise<Map<number, bigint>> {
  const { pool, bus, rows } = options
  const seen = new Map<number, LastSeen | null>()
  for (let at = 0; at < rows.length; at += atOnce) {
    const some = rows.slice(at, at + atOnce)
    const last = await Promise.all(some.map(row => lastSeen(bus, row)))
    for (const [index, row] of some.entries()) seen.set(row.id, last[index] ?? null)
  }
  const known = await factIds(pool, rows, seen)
  const resumeAt = new Map<number, bigint>()
  for (const row of rows) {
    const verdict = checkStart(row.name, row.next, seen.get(row.id) ?? null, known.get(row.id) ?? null)
    if ('refused' in verdict) throw new RelayRefused(verdict.refused)
    resumeAt.set(row.id, verdict.resumeAt)
  }
  return resumeAt
}

async function lastSeen(bus: Bus, row: StreamRow): Promise<LastSeen | null> {
  const record = await bus.lastRecord(row.name.topic, row.name.partition)
  const envelope = record && readEnvelope(record)
  if (!envelope || envelope.kind === 'foreign') return null
  const { stream, seq, factId, sent } = envelope
  return { stream, seq, factId, sent }
}

async function factIds(
  pool: Pool,
  rows: readonly StreamRow[],
  seen: ReadonlyMap<number, LastSeen | null>,
): Promise<Map<number, string | null>> {
  const ranges = rows.flatMap(row => {
    const last = seen.get(row.id)
    return last && last.stream.epoch === row.name.epoch && last.seq > 0n && last.seq <= row.next
      ? [{ stream: row.id, from: last.seq, rows: 1 }]
      : []
  })
  const facts = await readFacts(pool, ranges)
  return new Map(facts.map(fact => [fact.stream, fact.seq === seen.get(fact.stream)?.seq ? fact.fact_id : null]))
}
