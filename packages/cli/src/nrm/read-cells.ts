import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { MalformedFile } from './malformed-file.ts'
import { type Cell, type Layout, readHeader, readRow } from './row.ts'

/**
 * Streams the cells of a file that are no sums, in the file's order. Memory grows with the number of cells only: a cell that stands
 * twice is refused, because its people would be the same people.
 * @throws MalformedFile at the first row that is wrong; the error of the file system when the file cannot be read
 */
export async function* readCells(file: string): AsyncGenerator<Cell> {
  const input = createReadStream(file)
  // csv-parse ends a stream that it is piped from only when that ends well
  const parser = input
    .on('error', error => parser.destroy(error))
    .pipe(parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 10_000 }))
  const seen = new Map<string, number>()
  let layout: Layout | undefined
  let rows = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      rows++
      if (layout === undefined) {
        layout = readHeader(record)
        continue
      }
      const cell = readRow(record, info.lines, layout)
      if (cell === undefined) continue
      const name = JSON.stringify(cell.labels)
      const before = seen.get(name)
      if (before !== undefined)
        throw new MalformedFile(`row ${cell.row}: says again what row ${before} says; remove one of them`)
      seen.set(name, cell.row)
      yield cell
    }
  } catch (error) {
    throw explained(error)
  } finally {
    input.destroy()
  }
  if (rows < 2) throw new MalformedFile(rows === 0 ? 'the file is empty' : 'the file has a header and no rows')
}

function explained(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error
  const row = typeof error.lines === 'number' ? `row ${error.lines}: ` : ''
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new MalformedFile(`${row}is longer than any row of the table; a quote may be missing`)
  return new MalformedFile(`${row}is not CSV (${error.code}); look for a quote that is not closed or not doubled`)
}
