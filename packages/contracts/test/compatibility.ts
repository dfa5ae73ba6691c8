// A published schema only gains optional members; anything else is a new version of the type.

interface Schema {
  properties?: Record<string, Schema>
  required?: string[]
  [keyword: string]: unknown
}

// words for readers: no program acts on them
const silent = new Set(['title', 'description', 'examples', '$id', '$schema', 'properties', 'required'])

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What a change of a schema breaks, each with its JSON pointer; empty when the change is allowed. */
export function incompatibilities(before: Schema, after: Schema, pointer = ''): string[] {
  const found: string[] = []
  for (const keyword of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!silent.has(keyword) && !same(before[keyword], after[keyword])) found.push(`${pointer}: ${keyword} changed`)
  }
  const required = (schema: Schema) => [...(schema.required ?? [])].sort()
  if (!same(required(before), required(after))) found.push(`${pointer}: what is required changed`)
  for (const [name, property] of Object.entries(before.properties ?? {})) {
    const next = after.properties?.[name]
    if (next === undefined) found.push(`${pointer}/${name}: removed`)
    else found.push(...incompatibilities(property, next, `${pointer}/${name}`))
  }
  return found
}
