// Annotations that other packages act on: redaction of logs and sealing follow x-personal, import and export follow x-htcds, what a caller is told
// follows x-must.

/** Schema keywords of ours. A validator in strict mode must be told of them: `ajv.addVocabulary([...annotationKeywords])`. */
export const annotationKeywords = ['x-htcds', 'x-personal', 'x-must', 'x-fhir', 'x-ocsf'] as const

/** Marks a property that says something about a person: it is redacted in logs and travels sealed. */
export const personal = { 'x-personal': true } as const

/** Names the field of the Human Trafficking Case Data Standard 2.0 that a property carries. */
export const htcds = (field: string) => ({ 'x-htcds': field }) as const

/** Says in words what a pattern asks for, to follow 'must': `be one line of text`. */
export const must = (words: string) => ({ 'x-must': words }) as const

interface Annotated {
  'x-personal'?: boolean
  properties?: Record<string, Annotated>
  items?: Annotated
}

/**
 * The dotted paths of all personal properties below a schema (`person.firstName`); an array's items are written `[*]`.
 * A property below a personal one is not listed apart.
 */
export function personalPaths(schema: object, prefix = ''): string[] {
  const node = schema as Annotated
  if (node['x-personal'] === true && prefix !== '') return [prefix]
  const below = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    personalPaths(child, prefix === '' ? name : `${prefix}.${name}`),
  )
  return node.items === undefined ? below : [...below, ...personalPaths(node.items, `${prefix}[*]`)]
}
