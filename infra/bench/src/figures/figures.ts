/** What was measured of one side of a comparison, run by run. */
export interface Side {
  readonly name: string
  /** One figure a run, in the order in which they were made. */
  readonly runs: readonly number[]
}

/** One comparison: something beside its baseline under the same conditions, in alternating runs. */
export interface Row {
  readonly what: string
  /** Of each figure, e.g. `requests/s`. */
  readonly unit: string
  readonly measured: Side
  readonly baseline: Side
  /** The least ratio of measured to baseline that is demanded; none where the comparison only informs. */
  readonly demanded?: number
  /** What a reader has to know of it. */
  readonly note?: string
}

/** A row with what follows from its figures. */
export interface Judged extends Row {
  readonly medians: { readonly measured: number; readonly baseline: number }
  /** Of the medians. */
  readonly ratio: number
  /** The least and the greatest ratio of two runs of one round. */
  readonly spread: readonly [number, number]
  /** `met` and `below` where a ratio is demanded. */
  readonly verdict: 'met' | 'below' | null
}

/** The middle one; of an even number the mean of the two in the middle. @throws RangeError without a value */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('nothing was measured')
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.floor(sorted.length / 2)]!]
  return (low + high) / 2
}

/** What follows from the figures of a row. A verdict is given on the exact ratio, never on the rounded one. */
export function judge(row: Row): Judged {
  const { measured, baseline, demanded } = row
  const medians = { measured: median(measured.runs), baseline: median(baseline.runs) }
  const ratio = medians.measured / medians.baseline
  const ratios = measured.runs.map((value, round) => value / baseline.runs[round]!)
  const verdict = demanded === undefined ? null : ratio >= demanded ? 'met' : 'below'
  return { ...row, medians, ratio, spread: [Math.min(...ratios), Math.max(...ratios)], verdict }
}
