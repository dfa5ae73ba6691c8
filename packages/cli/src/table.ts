/** A column: its title and whether it holds numbers, which stand to the right. */
export interface Column {
  title: string
  isNumber?: boolean
}

/** Rows as lines of text, columns two blanks apart. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = [columns.map(column => column.title), ...rows.map(row => row.map(String))]
  const widths = columns.map((_, n) => Math.max(...texts.map(row => (row[n] ?? '').length)))
  return texts.map(row =>
    columns
      .map((column, n) => {
        const cell = row[n] ?? ''
        return column.isNumber ? cell.padStart(widths[n]!) : cell.padEnd(widths[n]!)
      })
      .join('  ')
      .trimEnd(),
  )
}
