/** What the reporter inside vitest tells the tier runner. */
export type Report =
  | { kind: 'start'; files: number }
  | { kind: 'file'; file: string; passed: number; skipped: number; failures: string[] }
  | { kind: 'end'; failures: string[] }

export interface Tally {
  files: number
  filesDone: number
  passed: number
  skipped: number
  failures: string[]
  /** Whether vitest came to its end. */
  ended: boolean
}

export function emptyTally(): Tally {
  return { files: 0, filesDone: 0, passed: 0, skipped: 0, failures: [], ended: false }
}

export function add(tally: Tally, report: Report): Tally {
  if (report.kind === 'start') return { ...tally, files: report.files }
  const failures = [...tally.failures, ...report.failures]
  if (report.kind === 'end') return { ...tally, failures, ended: true }
  return {
    ...tally,
    failures,
    filesDone: tally.filesDone + 1,
    passed: tally.passed + report.passed,
    skipped: tally.skipped + report.skipped,
  }
}

/** An ending that is not accounted for by a failed test is a failure itself: a crash must not look like success. */
export function unaccounted(tally: Tally, code: number, output: string): string[] {
  if (code === 0 && tally.ended) return []
  if (tally.failures.length > 0 && tally.ended) return []
  return [
    `vitest ended with code ${code} before it was done; the last it said:\n${output.split('\n').slice(-60).join('\n')}`,
  ]
}
