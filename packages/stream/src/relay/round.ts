import type { OutgoingBatch, OutgoingRecord } from '@haven/bus'
import { fitting, largestBite, nextBite } from '../steps/bite.ts'
import { type HeadClock, headsAfterChange, headsAfterHead, nextPause } from '../steps/head-clock.ts'
import { acknowledged, begin, hasPending, type Lane } from '../steps/lane.ts'
import { factRecord, headRecord, sizeOf } from '../wire/records.ts'
import type { FactRow, Range, StreamRow } from './statements.ts'

/** A stream as the leading relay keeps it in memory. */
export interface Track {
  readonly row: StreamRow
  lane: Lane
  heads: HeadClock
  /** Facts to read at once; shrinks when facts are large. */
  bite: number
}

/** What one round will send for one stream. */
export interface Turn {
  readonly track: Track
  readonly kind: 'facts' | 'head'
  readonly range: Range
  records: OutgoingRecord[]
  /** The number that is acknowledged with it. */
  to: bigint
}

export function openTrack(row: StreamRow, lane: Lane, heads: HeadClock): Track {
  return { row, lane, heads, bite: largestBite }
}

/** Decides what each stream does in this round, and takes the slots: an ask that comes from now on rewinds behind it. */
export function takeTurns(tracks: Iterable<Track>, now: number): Turn[] {
  const turns: Turn[] = []
  for (const track of tracks) {
    const kind = hasPending(track.lane) ? 'facts' : track.heads.dueAt <= now ? 'head' : null
    if (kind === null || track.lane.slot !== null) continue
    const { cursor } = track.lane
    track.lane = begin(track.lane)
    const rows = kind === 'facts' ? track.bite + (cursor > 0n ? 1 : 0) : 1
    turns.push({ track, kind, range: { stream: track.row.id, from: cursor, rows }, records: [], to: cursor })
  }
  return turns
}

/** Ranges to read; a head at 0 speaks of no fact. */
export function rangesOf(turns: readonly Turn[]): Range[] {
  return turns.filter(turn => turn.kind === 'facts' || turn.range.from > 0n).map(turn => turn.range)
}

/** Fills the turns from what was read. A fact whose row is gone is skipped, so that its hole shows. */
export function fill(turns: readonly Turn[], rows: readonly FactRow[], isTombstone: (row: FactRow) => boolean): void {
  const byStream = Map.groupBy(rows, row => row.stream)
  for (const turn of turns) {
    const own = byStream.get(turn.range.stream) ?? []
    if (turn.kind === 'head') {
      const at = own.find(row => row.seq === turn.range.from)
      turn.records = [
        headRecord(turn.track.row.name, turn.range.from, at?.fact_id ?? null, nextPause(turn.track.heads)),
      ]
    } else fillFacts(turn, own, isTombstone)
  }
}

function fillFacts(turn: Turn, rows: readonly FactRow[], isTombstone: (row: FactRow) => boolean): void {
  const sent = rows.filter(row => row.seq > turn.range.from)
  const records = sent.map(row => {
    if (row.fact_id === null) return null
    const before = rows.find(one => one.seq === row.seq - 1n)
    const known = { prev: before?.fact_id ?? null, sent: turn.track.lane.sent }
    return factRecord(turn.track.row.name, row, known, isTombstone(row))
  })
  const taken = fitting(records.map(record => (record ? sizeOf(record) : 0)))
  turn.track.bite = nextBite(sent.length, taken, turn.track.bite)
  turn.records = records.slice(0, taken).filter(record => record !== null)
  turn.to = sent[taken - 1]?.seq ?? turn.range.from
}

export function batchesOf(turns: readonly Turn[]): OutgoingBatch[] {
  return turns
    .filter(turn => turn.records.length > 0)
    .map(({ track, records }) => ({ topic: track.row.name.topic, partition: track.row.name.partition, records }))
}

/** Kafka has acknowledged the round. */
export function settle(turns: readonly Turn[], now: number): void {
  for (const { track, kind, to } of turns) {
    track.lane = acknowledged(track.lane, to)
    track.heads = kind === 'facts' ? headsAfterChange(now) : headsAfterHead(track.heads, now)
  }
}
