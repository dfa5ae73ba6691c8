/** What became of one tier. */
export interface Outcome {
  tier: string
  passed: number
  failed: number
  ms: number
  /** Why it did not run at all; it then counts neither way. */
  skipped?: string
  /** One complete text per failure. */
  failures: string[]
}

/** A tier in which nothing ran proves nothing: a wrong pattern would pass for ever. */
export function refuseEmpty(outcome: Outcome): Outcome {
  if (outcome.skipped !== undefined || outcome.passed + outcome.failed > 0) return outcome
  return { ...outcome, failed: 1, failures: [...outcome.failures, `${outcome.tier}: no test was found.`] }
}

/** The table of tiers and, as the last line, the count alone. */
export function summary(outcomes: readonly Outcome[]): string {
  const width = Math.max(...outcomes.map(({ tier }) => tier.length), 4)
  const rows = outcomes.map(({ tier, passed, failed, ms, skipped }) => {
    const name = tier.padEnd(width)
    if (skipped !== undefined) return `${name}  skipped: ${skipped}`
    return `${name}  ${String(passed).padStart(6)} ${String(failed).padStart(7)} ${seconds(ms).padStart(9)}`
  })
  const total = (of: 'passed' | 'failed' | 'ms') => outcomes.reduce((sum, outcome) => sum + outcome[of], 0)
  const head = `${'tier'.padEnd(width)}  ${'passed'.padStart(6)} ${'failed'.padStart(7)} ${'time'.padStart(9)}`
  return [
    head,
    ...rows,
    `${'all'.padEnd(width)}  ${' '.repeat(14)} ${seconds(total('ms')).padStart(9)}`,
    '',
    countLine(outcomes),
  ].join('\n')
}

/** `N passed, N failed` */
export function countLine(outcomes: readonly Outcome[]): string {
  const total = (of: 'passed' | 'failed') => outcomes.reduce((sum, outcome) => sum + outcome[of], 0)
  return `${total('passed')} passed, ${total('failed')} failed`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
