import { normaliseIdentifier, normaliseName, normalisePhone } from '@haven/vault'

/** The ways in which a text may lie somewhere without being sealed. */
export type Form =
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'uri'
  | 'form'
  | 'json-escaped'
  | 'normalised'

/**
 * Every form of a text as bytes. In base64 the characters depend on what stands before, so there are three of each, cut to
 * those that only the text decides. `normalised` are the texts from which blind indexes are made.
 */
export function formsOf(text: string): { form: Form; bytes: Uint8Array }[] {
  const utf8 = Buffer.from(text, 'utf8')
  const utf16 = Buffer.from(text, 'utf16le')
  const uri = encodeURIComponent(text)
  const texts: [Form, string][] = [
    ['hex', utf8.toString('hex')],
    ['uri', uri],
    ['form', uri.replaceAll('%20', '+')],
    ['json-escaped', JSON.stringify(text).slice(1, -1)],
    [
      'json-escaped',
      JSON.stringify(text)
        .slice(1, -1)
        .replace(/[^\x20-\x7e]/gu, escaped),
    ],
    ['normalised', normaliseName(text)],
    ['normalised', text.startsWith('+') ? normalisePhone(text) : normaliseIdentifier(text)],
    ...[0, 1, 2].flatMap((shift): [Form, string][] => [
      ['base64', base64Core(utf8, shift, 'base64')],
      ['base64url', base64Core(utf8, shift, 'base64url')],
    ]),
  ]
  const bytes = [
    { form: 'utf-8' as const, bytes: utf8 },
    { form: 'utf-16le' as const, bytes: utf16 },
    { form: 'utf-16be' as const, bytes: Buffer.from(utf16).swap16() },
    ...texts.map(([form, written]) => ({ form, bytes: Buffer.from(written, 'utf8') })),
  ]
  const seen = new Set<string>()
  return bytes.filter(({ bytes: form }) => {
    const key = form.toString('latin1').toLowerCase()
    if (form.length < 6 || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function escaped(character: string): string {
  return character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function base64Core(bytes: Buffer, shift: number, encoding: 'base64' | 'base64url'): string {
  const before = shift === 0 ? 0 : shift + 1
  const whole = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString(encoding)
    .replaceAll('=', '')
  const rest = (shift + bytes.length) % 3
  return whole.slice(before, rest === 0 ? undefined : -1)
}
