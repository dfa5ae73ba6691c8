import { partnerEventTypes, personalPaths } from '@haven/contracts'

const masked = '[redacted]'
const maxDepth = 8

// What carries credentials or a caller's text whatever the schema says.
const always = [
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'access_token',
  'client_secret',
  'password',
  'secret',
  'body',
  'query',
  'data',
  'sealed',
]

/** The last names of every property that a contract marks as personal. */
export function personalNames(): ReadonlySet<string> {
  const paths = partnerEventTypes.flatMap(({ dataSchema }) => personalPaths(dataSchema))
  return new Set(paths.map(path => path.replaceAll('[*]', '').split('.').at(-1)!))
}

/**
 * Masks by name at any depth rather than by path: a personal field is one wherever somebody put it in a line. Errors and
 * other class instances pass, their serializers answer for them.
 */
export function redactor(
  names: ReadonlySet<string> = personalNames(),
): (line: Record<string, unknown>) => Record<string, unknown> {
  const hidden = new Set([...names, ...always].map(name => name.toLowerCase()))
  function walk(value: unknown, depth: number): unknown {
    if (Array.isArray(value)) return depth > maxDepth ? masked : value.map(item => walk(item, depth + 1))
    if (!isPlain(value)) return value
    if (depth > maxDepth) return masked
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name,
        hidden.has(name.toLowerCase()) ? masked : walk(part, depth + 1),
      ]),
    )
  }
  return line => walk(line, 0) as Record<string, unknown>
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
