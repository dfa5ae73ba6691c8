import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError, loadConfig, type SettingProblem, serviceSettings } from '@haven/config'
import Type from 'typebox'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check } from '../world.ts'

/** What every service needs, in the settings file of one. */
export const configuration: Check = {
  area: 'configuration',
  looks: ({ envFiles }) =>
    envFiles.map(file => ({
      what: basename(file),
      look: async () => judgeSettings(basename(file), problemsOf(parseEnv(readFileSync(file, 'utf8')))),
    })),
}

/** @param problems as the configuration's reader names them: a setting and what to do, never a value */
export function judgeSettings(file: string, problems: readonly SettingProblem[]): Judged[] {
  if (problems.length === 0) return [fine(`${file}: the settings that every service has are complete`)]
  return problems.map(({ setting, problem }) =>
    wrong(`${file}: ${setting} ${problem}`, `Correct ${setting} in ${file}.`),
  )
}

function problemsOf(env: NodeJS.Dict<string>): readonly SettingProblem[] {
  try {
    loadConfig(Type.Object(serviceSettings), env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
