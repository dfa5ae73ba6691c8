import { createHash, type Hash } from 'node:crypto'
import { CliFailure } from '../failure.ts'
import { eventsOf, type NrmEvent } from '../nrm/events.ts'
import { MalformedFile } from '../nrm/malformed-file.ts'
import type { Quarter } from '../nrm/quarter.ts'
import { readCells } from '../nrm/read-cells.ts'
import type { Cell } from '../nrm/row.ts'

/** A file that was read to its end and found good. */
export interface CheckedFile {
  file: string
  /** People by responder, in the file's order. */
  responders: Map<string, number>
  total: number
  /** Digest of what was read: the reading that posts must see the same. */
  digest: string
}

const note = (hash: Hash, cell: Cell) => hash.update(JSON.stringify([cell.labels, cell.people]))

/**
 * Reads a file once and counts its people.
 * @throws MalformedFile at the first thing that is wrong
 */
export async function checkFile(file: string): Promise<CheckedFile> {
  const responders = new Map<string, number>()
  const hash = createHash('sha256')
  let total = 0
  for await (const cell of readCells(file)) {
    responders.set(cell.responder, (responders.get(cell.responder) ?? 0) + cell.people)
    total += cell.people
    note(hash, cell)
  }
  return { file, responders, total, digest: hash.digest('hex') }
}

/**
 * Reads a checked file again, as events.
 * @throws CliFailure when it is no longer the file that was checked
 */
export async function* eventsIn(checked: CheckedFile, quarter: Quarter, source: string): AsyncGenerator<NrmEvent> {
  const hash = createHash('sha256')
  const changed = new CliFailure(`${checked.file} was changed while it was posted; run the same command again.`)
  try {
    for await (const cell of readCells(checked.file)) {
      note(hash, cell)
      yield* eventsOf(cell, quarter, source)
    }
  } catch (error) {
    throw error instanceof MalformedFile ? changed : error
  }
  if (hash.digest('hex') !== checked.digest) throw changed
}
