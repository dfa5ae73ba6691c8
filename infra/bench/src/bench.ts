import type { Row } from './figures/figures.ts'

/** What a benchmark is given. */
export interface BenchOptions {
  readonly rounds: number
  /** Divides durations and amounts: to see that a benchmark works, not to learn anything from it. */
  readonly shorter: number
  /** One line of progress. */
  readonly say: (line: string) => void
  /** Aborted when the benchmark is to end early. */
  readonly signal: AbortSignal
}

/** What a benchmark gives. */
export interface Measured {
  readonly rows: readonly Row[]
  /** Of the system it ran on, beside those of the machine. */
  readonly conditions: Readonly<Record<string, string>>
}

/** One benchmark. */
export interface Bench {
  readonly name: string
  /** What is measured beside what, and what exactly differs; for who reads the figures. */
  readonly about: string
  run(options: BenchOptions): Promise<Measured>
}
