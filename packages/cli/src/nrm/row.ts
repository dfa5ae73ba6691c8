import type { ReferralSource, ReferredPerson, ReferredVictim } from '@haven/contracts'
import { ageGroupOf, exploitationOf, genderOf, isTotalResponder, sourceOf, totalLabel } from './labels.ts'
import { MalformedFile, malformedCell, shown } from './malformed-file.ts'
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

/** Where each of {@link columns} stands in a row of this file. */
export type Layout = readonly number[]

/**
 * Reads the header: the columns of the table, in whatever order; nameless ones beside them, which spreadsheets leave behind, are passed over.
 * @throws MalformedFile naming the columns that are missing, unknown or there twice
 */
export function readHeader(header: readonly string[]): Layout {
  const names = header.map(name => name.trim())
  const missing = columns.filter(name => !names.includes(name))
  const unknown = names.filter(name => name !== '' && !isColumn(name))
  const twice = columns.filter(name => names.indexOf(name) !== names.lastIndexOf(name))
  const complaints = Object.entries({ missing, unknown, twice })
    .filter(([, found]) => found.length > 0)
    .map(([complaint, found]) => `${complaint}: ${found.map(shown).join(', ')}`)
  if (complaints.length === 0) return columns.map(name => names.indexOf(name))
  throw new MalformedFile(
    `row 1: the header is not that of the Home Office's table (${complaints.join('; ')}); it must name ${columns.map(shown).join(', ')}`,
  )
}

const isColumn = (name: string): boolean => (columns as readonly string[]).includes(name)

/** The cells of a row in the order of {@link columns}. @throws MalformedFile for a row of another length or with cells that no column names */
function cellsOf(record: readonly string[], layout: Layout, row: number): string[] {
  const named = Math.max(...layout) + 1
  const beyond = record.findIndex((cell, n) => cell !== '' && !layout.includes(n))
  if (record.length < named || beyond >= 0) {
    const problem =
      beyond >= 0
        ? `has ${shown(record[beyond]!)} in column ${beyond + 1}, which has no name`
        : `has ${record.length} columns instead of ${named}`
    throw new MalformedFile(`row ${row}: ${problem}; repair the line`)
  }
  return layout.map(n => record[n]!)
}

/**
 * Reads one row; undefined for a row that is a sum. Labels and count of a sum are checked all the same.
 * @throws MalformedFile naming row, column and value
 */
export function readRow(given: readonly string[], row: number, layout: Layout): Cell | undefined {
  const record = cellsOf(given, layout, row)
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
  const source = orTotal(type, label => known(0, sourceOf(label, responder), 'type of first responder'))
  checkResponder(responder, row)
  const exploitation = orTotal(exploitationLabel, label => known(2, exploitationOf(label), 'type of exploitation'))
  const ageGroup = orTotal(ageLabel, label => known(3, ageGroupOf(label), 'age group'))
  const gender = orTotal(genderLabel, label => known(4, genderOf(label), 'gender'))
  const citizenship = orTotal(nationality, label => known(5, countriesOf(label), 'nationality'))
  const people = readCount(count, row)
  if (exploitation === null || ageGroup === null || gender === null || citizenship === null) return undefined
  if (source === null || isTotalResponder(responder)) return undefined
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
  // A table kept in a spreadsheet may have gone through its English number format: 1,204.
  if (!/^(\d+|\d{1,3}(,\d{3})+)$/.test(text))
    throw malformedCell(row, columns[6], text, 'is not a count; write a whole number, 0 or more')
  const people = Number(text.replaceAll(',', ''))
  if (people > most)
    throw malformedCell(row, columns[6], text, `is more than ${most} people in one cell; correct the count`)
  return people
}
