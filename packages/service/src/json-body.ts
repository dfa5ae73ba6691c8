import { limits } from '@haven/contracts'
import { Problem } from '@haven/problem'
import type { FastifyInstance } from 'fastify'
import { jsonFlaw } from './json-scan.ts'

// Replacement characters for broken UTF-8 would silently change a name.
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Lets the routes of `app` (or of a scope) take JSON under these media types. Refused are broken UTF-8, repeated keys, `__proto__`
 * and `constructor` keys (400 malformed-json) and nesting deeper than 32 (422 body-too-deep).
 */
export function acceptJson(
  app: Pick<FastifyInstance, 'addContentTypeParser' | 'getDefaultJsonParser'>,
  mediaTypes: string[],
): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    let text: string
    try {
      text = utf8.decode(body)
    } catch {
      return done(new Problem('malformed-json', { detail: 'Send the JSON document in valid UTF-8.' }))
    }
    const flaw = jsonFlaw(text, limits.depth)
    if (flaw === 'too-deep') return done(new Problem('body-too-deep'))
    if (flaw) return done(new Problem('malformed-json', { detail: 'Name each key of an object once.' }))
    return parse(request, text, done)
  })
}
