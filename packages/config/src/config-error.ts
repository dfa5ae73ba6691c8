/** What is wrong with one setting, and what to do; never its value. */
export interface SettingProblem {
  setting: string
  problem: string
}

/** All problems of a configuration at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly SettingProblem[]

  constructor(problems: readonly SettingProblem[]) {
    super(['The configuration is not complete:', ...problems.map(p => `  ${p.setting} ${p.problem}`)].join('\n'))
    this.problems = problems
  }
}
