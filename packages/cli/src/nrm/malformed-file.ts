/** A file that is not imported, not even in part: where it is wrong, what stands there, what to do. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile'
}

/** A value of the file, as it is shown in a message. */
export const shown = (value: string): string => JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)

/** Refuses one value of the table, naming row, column and value. Rows are lines of the file; the header is row 1. */
export const malformedCell = (row: number, column: string, value: string, complaint: string): MalformedFile =>
  new MalformedFile(`row ${row}, column ${JSON.stringify(column)}: ${shown(value)} ${complaint}`)
