import type { SchemaError } from './pointer.ts'

// What a person has to write for a format to be met.
const formats: Readonly<Record<string, string>> = {
  date: 'be a day of the calendar as YYYY-MM-DD',
  'date-time': 'be a time as in RFC 3339 with its zone, such as 2020-03-02T09:30:00Z',
  email: 'be an e-mail address',
  uri: 'be an absolute URI',
  'uri-reference': 'be a URI',
  uuid: 'be a UUID',
}
const ofText = new Set(['pattern', 'format', 'minLength', 'maxLength'])

/**
 * What a limit, pattern or format of the schema asks for. Text whose schema has words of its own (`x-must`) is told by those alone: nobody
 * reads a regular expression, and one flaw fails several of them.
 */
export function limitDetail({ keyword, params, message, parentSchema }: SchemaError): string {
  const words = (parentSchema as { 'x-must'?: unknown } | undefined)?.['x-must']
  if (typeof words === 'string' && ofText.has(keyword)) return `must ${words}`
  const { limit } = params as { limit?: number }
  switch (keyword) {
    case 'format':
      return `must ${formats[String(params.format)] ?? `be in the format ${params.format}`}`
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`
    case 'maxLength':
      return `must have at most ${limit} characters`
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must hold at least ${limit} items`
    case 'maxItems':
      return `must hold at most ${limit} items`
    case 'maxProperties':
      return `must have at most ${limit} properties`
    case 'minimum':
      return `must be at least ${limit}`
    case 'maximum':
      return `must be at most ${limit}`
    default:
      // Ajv's own words speak of the schema's limits, patterns and formats only.
      return message ?? 'does not fit the schema'
  }
}
