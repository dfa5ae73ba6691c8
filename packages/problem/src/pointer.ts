/** What a JSON Schema error of Ajv holds, as far as pointers need it. */
export interface SchemaError {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
  /** Present under Ajv's `verbose`; lets an answer list the allowed names. */
  readonly parentSchema?: unknown
}

// Keywords that step from a value into one of its parts: by a name of the schema, by a position, or by a name of the caller's.
const steps: Readonly<Record<string, 'name' | 'position' | 'hidden'>> = {
  properties: 'name',
  prefixItems: 'position',
  items: 'position',
  additionalItems: 'position',
  contains: 'position',
  unevaluatedItems: 'position',
  additionalProperties: 'hidden',
  unevaluatedProperties: 'hidden',
  patternProperties: 'hidden',
}
// Keywords followed by one more token (a name or a pattern) that is not itself a step.
const labelled = new Set(['patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'])
const position = /^\d+$/

type Step = 'position' | 'hidden' | { readonly name: string }

/**
 * The instance path with every segment that the schema does not name replaced by `*`: a property name that a caller made
 * up may be a person's name or number, and an answer must not carry it on. After a `$ref` the schema path
 * begins anew, so the segments before it cannot be told apart and are masked too.
 */
export function safePointer(error: SchemaError): string {
  const segments = error.instancePath.split('/').slice(1)
  const shown = stepsOf(error.schemaPath)
  const unseen = segments.length - shown.length
  return segments.map((segment, at) => (mayShow(segment, shown[at - unseen]) ? `/${segment}` : '/*')).join('')
}

function mayShow(segment: string, step: Step | undefined): boolean {
  if (step === undefined || step === 'hidden') return false
  return step === 'position' ? position.test(segment) : step.name === segment
}

function stepsOf(schemaPath: string): Step[] {
  const tokens = schemaPath
    .slice(schemaPath.indexOf('#') + 1)
    .split('/')
    .slice(1)
  const found: Step[] = []
  // The last token is the failed keyword itself, which takes no step.
  for (let at = 0; at < tokens.length - 1; at++) {
    const token = tokens[at]!
    const step = steps[token]
    if (step === 'name') found.push({ name: decodeURIComponent(tokens[++at]!) })
    else if (step !== undefined) found.push(step)
    if (labelled.has(token) || position.test(tokens[at + 1] ?? '')) at++
  }
  return found
}
