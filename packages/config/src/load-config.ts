import { readFileSync } from 'node:fs'
import { envSchema } from 'env-schema'
import type { Static, TObject, TSchema } from 'typebox'
import { ConfigError, type SettingProblem } from './config-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

interface AjvError {
  keyword: string
  instancePath: string
  message?: string
  params: Record<string, unknown>
}

/**
 * Reads the settings that a schema names from an environment, once. `X_FILE` names a file whose trimmed content is X (a mounted
 * secret). An empty value counts as absent. Numbers and booleans are parsed, an array is a comma list, defaults are filled in.
 * @throws ConfigError with all problems at once; it never holds a value
 */
export function loadConfig<S extends TObject>(schema: S, env: Environment): Readonly<Static<S>> {
  const problems: SettingProblem[] = []
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const raw = readSetting(name, env, problems)
    if (raw !== undefined) values[name] = isArray(property) ? splitList(raw) : raw
  }
  refuseUnaccompanied(schema, values, problems)
  const refused = new Set(problems.map(problem => problem.setting))
  const { config, errors } = validate(schema, values)
  for (const problem of errors.map(error => describe(error, schema))) {
    // a setting has one problem: an unreadable file is not also missing, a malformed URL not also too short
    if (refused.has(problem.setting)) continue
    refused.add(problem.setting)
    problems.push(problem)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config) as Readonly<Static<S>>
}

function readSetting(name: string, env: Environment, problems: SettingProblem[]): string | undefined {
  const direct = env[name]?.trim() || undefined
  const file = env[`${name}_FILE`]?.trim() || undefined
  if (file === undefined) return direct
  if (direct !== undefined) {
    problems.push({ setting: name, problem: `is set twice: keep ${name} or ${name}_FILE` })
    return undefined
  }
  try {
    const content = readFileSync(file, 'utf8').trim()
    if (content !== '') return content
    problems.push({ setting: name, problem: `the file that ${name}_FILE names is empty: write the value into it` })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    problems.push({
      setting: name,
      problem: `the file that ${name}_FILE names cannot be read (${code}): name a readable file`,
    })
  }
  return undefined
}

/** Adds what is missing although a setting that `needs` it is there. */
function refuseUnaccompanied(schema: TObject, values: object, problems: SettingProblem[]): void {
  for (const [name, property] of Object.entries(schema.properties)) {
    const { needs = [] } = property as { needs?: string[] }
    for (const needed of name in values ? needs : []) {
      if (needed in values || problems.some(({ setting }) => setting === needed)) continue
      problems.push({ setting: needed, problem: missing(schema, needed, `, which ${name} needs`) })
    }
  }
}

const isArray = (schema: TSchema): boolean => (schema as { type?: unknown }).type === 'array'

const splitList = (raw: string): string[] =>
  raw
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')

function validate(schema: TObject, values: Record<string, unknown>): { config: object; errors: AjvError[] } {
  try {
    const config = envSchema({
      // env-schema writes into the schema that it is given
      schema: structuredClone(schema) as object,
      env: false,
      data: values,
      ajv: { customOptions: ajv => ajv.addVocabulary(['secret', 'certificates', 'needs', 'x-htcds', 'x-personal']) },
    })
    return { config, errors: [] }
  } catch (error) {
    const errors = (error as { errors?: AjvError[] }).errors
    if (errors === undefined) throw error
    return { config: {}, errors }
  }
}

function describe(error: AjvError, schema: TObject): SettingProblem {
  if (error.keyword === 'required') {
    const setting = String(error.params.missingProperty)
    return { setting, problem: missing(schema, setting) }
  }
  const setting = error.instancePath.split('/')[1] ?? ''
  return { setting, problem: complaintOf(error) + expected(schema, setting) }
}

const missing = (schema: TObject, setting: string, why = ''): string =>
  `is missing, set it or ${setting}_FILE${why}${expected(schema, setting)}`

function expected(schema: TObject, setting: string): string {
  const { description } = (schema.properties[setting] ?? {}) as { description?: string }
  return description === undefined ? '' : `: ${description}`
}

/** Ajv's sentence, without a pattern (nobody reads one) and with the values of a closed list. */
function complaintOf(error: AjvError): string {
  if (error.keyword === 'pattern') return 'does not have the expected form'
  const allowed = error.params.allowedValues
  if (Array.isArray(allowed)) return `must be one of ${allowed.join(', ')}`
  return error.message ?? 'is not valid'
}
