import type { Judged } from './figures.ts'

/** Rows as a table of Markdown, which a terminal shows as well. */
export function tableOf(rows: readonly Judged[]): string {
  const head = ['what', 'measured', 'baseline', 'unit', 'ratio', 'least and most', 'demanded', '']
  const cells = [head, head.map(() => ''), ...rows.map(cellsOf)]
  const widths = head.map((_, column) => Math.max(...cells.map(row => row[column]!.length)))
  const lines = cells.map((row, index) => {
    const padded = row.map((cell, column) => (index === 1 ? '-'.repeat(widths[column]!) : cell.padEnd(widths[column]!)))
    return `| ${padded.join(' | ')} |`.trimEnd()
  })
  return `${lines.join('\n')}\n`
}

function cellsOf({
  what,
  unit,
  measured,
  baseline,
  medians,
  ratio,
  spread,
  demanded,
  verdict,
  note,
}: Judged): string[] {
  const [least, most] = spread
  return [
    what,
    `${measured.name} ${amount(medians.measured)}`,
    `${baseline.name} ${amount(medians.baseline)}`,
    unit,
    ratio.toFixed(2),
    `${least.toFixed(2)}–${most.toFixed(2)}`,
    demanded === undefined ? '' : `≥ ${demanded}`,
    [verdict, note].filter(Boolean).join(', '),
  ]
}

/** A figure with its thousands apart, no finer than it is known. */
export function amount(value: number): string {
  return (value < 100 ? Number(value.toPrecision(3)) : Math.round(value)).toLocaleString('en')
}
