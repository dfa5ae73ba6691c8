/** A column: its title and whether it holds numbers, which stand to the right. */
export interface Column {
  title: string
  isNumber?: boolean
}

export interface Layout {
  /** Columns of the terminal; the last column of the table is broken into lines that fit. */
  width?: number
  /** Of columns that are printed before all their cells are known. */
  leastWidths?: readonly number[]
}

type Row = readonly (string | number)[]

const gap = '  '
/** A last column that is narrower than this goes under the others. */
const narrowest = 40

/** Rows as lines of text under their titles, where there are any, columns two blanks apart. */
export function tableLines(columns: readonly Column[], rows: readonly Row[], layout: Layout = {}): string[] {
  const texts = [
    ...(columns.length > 0 ? [columns.map(column => column.title)] : []),
    ...rows.map(row => row.map(String)),
  ]
  const count = Math.max(0, ...texts.map(row => row.length))
  const widths = Array.from({ length: count }, (_, n) =>
    Math.max(layout.leastWidths?.[n] ?? 0, ...texts.map(row => (row[n] ?? '').length)),
  )
  const padded = (row: readonly string[]): string[] =>
    row.map((cell, n) => (columns[n]?.isNumber ? cell.padStart(widths[n]!) : cell.padEnd(widths[n]!)))
  return texts.flatMap(row => fitted(padded(row.slice(0, -1)).join(gap), row.at(-1) ?? '', layout.width))
}

/** The last cell beside the others, broken into lines, or under them where the terminal is too narrow. */
function fitted(others: string, last: string, width: number | undefined): string[] {
  const start = others === '' ? '' : `${others}${gap}`
  if (width === undefined || start.length + last.length <= width) return [`${start}${last}`.trimEnd()]
  if (width - start.length >= narrowest) {
    const [first = '', ...more] = wrapped(last, width - start.length)
    return [`${start}${first}`, ...more.map(line => `${' '.repeat(start.length)}${line}`)]
  }
  return [others.trimEnd(), ...wrapped(last, Math.max(width - 4, narrowest / 2)).map(line => `    ${line}`)]
}

/** Text in lines of at most `width`, broken between words; a longer word has a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
