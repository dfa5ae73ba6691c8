import { type Finding, type JsonObject, type Reading, readStructured, type Schemas } from './reading.ts'

/** Request headers by lower-case name, each with every value that was sent. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>

// Names of the standard may be shown in a pointer; an extension's name is the caller's own and is not.
const standardNames = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema']
// The body and its Content-Type say these; a header of that name would be a second, perhaps another, truth.
const saidElsewhere: Readonly<Record<string, string>> = {
  data: 'must be left out of the headers: the body is the data',
  datacontenttype: 'must be left out of the headers: Content-Type says it',
}

/**
 * Reads one event in binary mode (CloudEvents HTTP protocol binding 1.0, section 3.1): attributes in `ce-` headers, percent-decoded; `data` is
 * the parsed JSON body. Pointers name the place in the structured form: `/id` stands for `ce-id`.
 */
export function readBinary(headers: Headers, data: unknown, schemas: Schemas): Reading {
  const attributes: JsonObject = Object.create(null)
  const errors: Finding[] = []
  for (const [header, values] of Object.entries(headers)) {
    if (!header.startsWith('ce-') || values === undefined) continue
    const name = header.slice(3)
    const text = attributeText(values)
    const detail = saidElsewhere[name] ?? (typeof text === 'string' ? undefined : text.detail)
    if (detail !== undefined) errors.push({ pointer: pointerOf(name), detail })
    else attributes[name] = text
  }
  const reading = readStructured({ ...attributes, datacontenttype: 'application/json', data }, schemas)
  if (errors.length === 0) return reading
  const named = new Set(errors.map(error => error.pointer))
  // A header that could not be decoded is missing from the attributes: 'is required' would be a second, wrong finding.
  const others = 'errors' in reading ? reading.errors.filter(error => !named.has(error.pointer)) : []
  return { errors: [...errors, ...others] }
}

/** Says whether any header belongs to an event in binary mode. */
export function hasAttributes(headers: Headers): boolean {
  return Object.keys(headers).some(name => name.startsWith('ce-'))
}

const encoded = 'must be percent-encoded UTF-8: é is %C3%A9, a percent sign %25'

function attributeText(values: readonly string[]): string | { detail: string } {
  const [value, ...more] = values
  if (value === undefined || more.length > 0) return { detail: 'must be sent in one header, not in several' }
  // Bytes above ASCII come out of a header as Latin-1 characters, whatever they were: a name would change unseen.
  if (/[^ -~]/.test(value)) return { detail: encoded }
  const unquoted = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
  try {
    return decodeURIComponent(unquoted)
  } catch {
    return { detail: encoded }
  }
}

function pointerOf(name: string): string {
  return standardNames.includes(name) || name in saidElsewhere ? `/${name}` : ''
}
