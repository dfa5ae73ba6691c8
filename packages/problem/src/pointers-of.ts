import { limitDetail } from './limit-detail.ts'
import { type SchemaError, safePointer } from './pointer.ts'
import type { FieldError } from './problem.ts'

/** More than this helps nobody, and an array of wrong items must not make an answer larger than the request. */
export const maxFieldErrors = 50

/**
 * Ajv's errors as the fields a caller has to correct, at most 50, one per field and reason. Says what the
 * schema wants; never a value that was sent nor a name that the schema does not know.
 */
export function pointersOf(errors: readonly SchemaError[]): FieldError[] {
  const found = new Map<string, Set<string>>()
  const choices = new Map<string, unknown[]>()
  const types = new Map<string, string[]>()
  const branches: SchemaError[] = []
  for (const error of errors) {
    const pointer = pointerOf(error)
    const allowed = allowedValues(error)
    if (branchKeywords.has(error.keyword)) branches.push(error)
    else if (allowed) choices.set(pointer, [...(choices.get(pointer) ?? []), ...allowed])
    else if (error.keyword === 'type') {
      types.set(pointer, [...(types.get(pointer) ?? []), ...typesOf(error)])
      add(found, pointer)
    } else add(found, pointer, detailOf(error))
  }
  for (const [pointer, values] of choices) add(found, pointer, `must be ${listed(values)}`)
  // A form whose type fits says more than the types of the other forms.
  for (const [pointer, names] of types) {
    if (found.get(pointer)?.size === 0) add(found, pointer, `must be ${alternatives(names)}`)
  }
  // 'must match a schema in anyOf' says nothing beside what the branches say.
  for (const error of branches) {
    const pointer = safePointer(error)
    const explained = [...found.keys()].some(other => other === pointer || other.startsWith(`${pointer}/`))
    if (!explained) add(found, pointer, unexplained(error))
  }
  return [...found]
    .flatMap(([pointer, details]) => [...details].map(detail => ({ pointer, detail })))
    .slice(0, maxFieldErrors)
}

const branchKeywords = new Set(['anyOf', 'oneOf', 'if', 'not', 'propertyNames'])

/** Without a detail it keeps the pointer's place in the order. */
function add(found: Map<string, Set<string>>, pointer: string, detail?: string): void {
  const details = found.get(pointer) ?? new Set()
  if (detail !== undefined) details.add(detail)
  found.set(pointer, details)
}

function pointerOf(error: SchemaError): string {
  const missing = error.params.missingProperty
  const parent = safePointer(error)
  return typeof missing === 'string' ? `${parent}/${escaped(missing)}` : parent
}

function unexplained({ keyword }: SchemaError): string {
  if (keyword === 'propertyNames') return 'has a property whose name is not allowed'
  return 'must be one of the forms that the schema allows'
}

function detailOf(error: SchemaError): string {
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired':
    case 'dependencies':
      return 'is required'
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `has a property that is not known here${knownNames(error.parentSchema)}`
    case 'false schema':
      return 'must be left out'
    case 'uniqueItems':
      return 'must not name the same item twice'
    default:
      return limitDetail(error)
  }
}

function allowedValues(error: SchemaError): readonly unknown[] | undefined {
  if (error.keyword === 'const') return [error.params.allowedValue]
  if (error.keyword === 'enum') return error.params.allowedValues as unknown[]
  return undefined
}

function listed(values: readonly unknown[]): string {
  const texts = [...new Set(values.map(value => (typeof value === 'string' ? value : JSON.stringify(value))))]
  return texts.length === 1 ? texts[0]! : `one of ${texts.join(', ')}`
}

function typesOf({ params }: SchemaError): string[] {
  return Array.isArray(params.type) ? params.type : [String(params.type)]
}

function alternatives(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  return distinct.length < 2 ? distinct.join() : `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1)}`
}

function knownNames(schema: unknown): string {
  const properties = (schema as { properties?: Record<string, unknown> } | undefined)?.properties
  return properties ? `; known are ${Object.keys(properties).join(', ')}` : ''
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
