import type { ReferralSource, ReferredPerson, ReferredVictim } from '@haven/contracts'
import { ageGroupOf, exploitationOf, genderOf, isTotalResponder, sourceOf, totalLabel } from './labels.ts'
import { MalformedFile, malformedCell } from './malformed-file.ts'
import { countriesOf } from './nationality.ts'

/** The header of the Home Office's table. */
export const columns = [
  'First responder type',
  'First responder',
  'Exploitation type',
  'Age at exploitation',
  'Gender',
  'Nationality',
  'People',
] as const

/** More people than the whole mechanism sees in a year would be a typing mistake in one cell. */
const most = 20_000

/** One cell of the table that is no sum: who referred how many people of one description. */
export interface Cell {
  /** Line of the file. */
  row: number
  /** The six labels as they stand in the file; they name the cell. */
  labels: readonly string[]
  responder: string
  source: ReferralSource
  exploitation: NonNullable<ReferredVictim['typeOfExploitation']>
  ageGroup: NonNullable<ReferredVictim['ageGroupAtExploitation']>
  gender: NonNullable<ReferredPerson['gender']>
  citizenship: readonly string[]
  people: number
}

/** @throws MalformedFile when the first line is not the table's header */
export function checkHeader(header: readonly string[]): void {
  if (header.length === columns.length && header.every((name, n) => name === columns[n])) return
  throw new MalformedFile(
    `row 1: the header is not that of the Home Office's table; it must read ${columns.map(name => `"${name}"`).join(', ')}`,
  )
}

/**
 * Reads one row; undefined for a row that is a sum. Labels and count of a sum are checked all the same.
 * @throws MalformedFile naming row, column and value
 */
export function readRow(record: readonly string[], row: number): Cell | undefined {
  if (record.length !== columns.length) {
    throw new MalformedFile(`row ${row}: has ${record.length} columns instead of ${columns.length}; repair the line`)
  }
  const [
    type = '',
    responder = '',
    exploitationLabel = '',
    ageLabel = '',
    genderLabel = '',
    nationality = '',
    count = '',
  ] = record
  const known = <T>(index: number, value: T | undefined, what: string): T => {
    if (value !== undefined) return value
    const remedy = 'correct it, or add it to the tables in packages/cli/src/nrm'
    throw malformedCell(row, columns[index]!, record[index]!, `is not a known ${what}; ${remedy}`)
  }
  const source = known(0, sourceOf(type, responder), 'type of first responder')
  checkResponder(responder, row)
  const exploitation = orTotal(exploitationLabel, label => known(2, exploitationOf(label), 'type of exploitation'))
  const ageGroup = orTotal(ageLabel, label => known(3, ageGroupOf(label), 'age group'))
  const gender = orTotal(genderLabel, label => known(4, genderOf(label), 'gender'))
  const citizenship = orTotal(nationality, label => known(5, countriesOf(label), 'nationality'))
  const people = readCount(count, row)
  if (exploitation === null || ageGroup === null || gender === null || citizenship === null) return undefined
  if (isTotalResponder(responder)) return undefined
  return { row, labels: record.slice(0, 6), responder, source, exploitation, ageGroup, gender, citizenship, people }
}

/** null for the label of a sum */
const orTotal = <T>(label: string, read: (label: string) => T): T | null => (label === totalLabel ? null : read(label))

function checkResponder(responder: string, row: number): void {
  if (responder.length <= 200 && responder.trim() === responder && /^[^\p{Cc}\p{Cs}\ufffd]+$/u.test(responder)) return
  throw malformedCell(
    row,
    columns[1],
    responder,
    'is not a name: 1 to 200 characters of UTF-8 without control characters or outer blanks',
  )
}

function readCount(text: string, row: number): number {
  if (!/^\d+$/.test(text))
    throw malformedCell(row, columns[6], text, 'is not a count; write a whole number without separators, 0 or more')
  const people = Number(text)
  if (people > most)
    throw malformedCell(row, columns[6], text, `is more than ${most} people in one cell; correct the count`)
  return people
}
