/** `fine`; `wrong`: somebody has to act; `unseen`: it could not be looked at. */
export type Mark = 'fine' | 'wrong' | 'unseen'

/** What a look found: a sentence without personal data and without a secret, and what to do about it. */
export interface Finding {
  area: string
  mark: Mark
  says: string
  remedy?: string
}

/** A finding before its area is known. */
export type Judged = Omit<Finding, 'area'>

export const fine = (says: string): Judged => ({ mark: 'fine', says })
export const wrong = (says: string, remedy: string): Judged => ({ mark: 'wrong', says, remedy })
export const unseen = (what: string, why: string): Judged => ({
  mark: 'unseen',
  says: `${what} could not be looked at: ${why}`,
})

/** 0 when all is fine, 1 when something is wrong, 2 when nothing is but something could not be looked at. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ mark }) => mark === 'wrong')) return 1
  return findings.some(({ mark }) => mark === 'unseen') ? 2 : 0
}
