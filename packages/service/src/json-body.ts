import type { IncomingHttpHeaders } from 'node:http'
import { limits } from '@haven/contracts'
import { Problem } from '@haven/problem'
import type { FastifyInstance } from 'fastify'
import { jsonFlaw } from './json-scan.ts'

export interface JsonBodyOptions {
  /** Bytes; the service's 64 kB when left out. */
  readonly bodyLimit?: number
}

// Replacement characters for broken UTF-8 would silently change a name.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i

/**
 * Lets the routes of `app` (or of a scope) take JSON under these media types. Refused are another charset or a compressed body (415
 * unsupported-media-type), broken UTF-8, repeated keys, `__proto__` and `constructor` keys (400 malformed-json) and
 * nesting deeper than 32 (422 body-too-deep).
 */
export function acceptJson(
  app: Pick<FastifyInstance, 'addContentTypeParser' | 'getDefaultJsonParser'>,
  mediaTypes: string[],
  options: JsonBodyOptions = {},
): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<Buffer>(mediaTypes, { ...options, parseAs: 'buffer' }, (request, body, done) => {
    const read = readJson(body, request.headers)
    if (read instanceof Problem) done(read)
    else parse(request, read, (error, value) => done(error && brokenJson(read, error), value))
  })
}

function readJson(body: Buffer, headers: IncomingHttpHeaders): string | Problem {
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    return new Problem('unsupported-media-type', {
      detail: 'Send the body as it is, without Content-Encoding.',
      headers: { 'accept-encoding': 'identity' },
    })
  }
  const named = charset.exec(headers['content-type'] ?? '')?.[1]
  if (named !== undefined && !/^utf-?8$/i.test(named)) {
    return new Problem('unsupported-media-type', { detail: 'Send JSON in UTF-8: JSON knows no other charset.' })
  }
  const text = decoded(body)
  if (text === undefined) return new Problem('malformed-json', { detail: 'The body is not UTF-8; encode it as UTF-8.' })
  const flaw = jsonFlaw(text, limits.depth)
  if (flaw === 'too-deep') return new Problem('body-too-deep')
  if (flaw) return new Problem('malformed-json', { detail: 'Name each key of an object once.' })
  return text
}

// Where a document breaks says nothing of what it holds; the parser's own words quote it.
function brokenJson(text: string, cause: Error): Problem {
  if (text === '') return new Problem('malformed-json', { detail: 'The body is empty: send one JSON document.', cause })
  try {
    JSON.parse(text)
  } catch (error) {
    const at = / position (\d+)/.exec((error as Error).message)?.[1]
    const where = at === undefined ? '' : ` from character ${Number(at) + 1} on`
    return new Problem('malformed-json', { detail: `The body is not JSON${where}: send one JSON document.`, cause })
  }
  return new Problem('malformed-json', { cause })
}

function decoded(body: Buffer): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}
