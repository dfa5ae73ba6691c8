import canonicalize from 'canonicalize'

const deepest = 1_000

function assertJson(value: unknown, depth: number): void {
  if (depth > deepest) throw new TypeError(`not JSON: nested deeper than ${deepest} levels or circular`)
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    assertText(value)
    return
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('not JSON: a number is not finite')
    return
  }
  if (typeof value !== 'object') throw new TypeError(`not JSON: a value of type ${typeof value}`)
  if (Array.isArray(value)) {
    // for…of also visits holes, which canonicalize would write as null
    for (const item of value) assertJson(item, depth + 1)
    return
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('not JSON: an object of a class')
  for (const [name, member] of Object.entries(value)) {
    assertText(name)
    assertJson(member, depth + 1)
  }
}

function assertText(text: string): void {
  if (!text.isWellFormed()) throw new TypeError('not JSON: a string with a lone surrogate')
}

/**
 * The canonical bytes of a JSON value (RFC 8785): equal values give equal bytes, whatever the order of their members.
 * Stricter than the library: what JSON cannot say (undefined, NaN, holes, dates, lone surrogates) is refused and not dropped,
 * because a dropped member would make two different values the same.
 * @throws TypeError for a value that is not JSON; the message never holds the value
 */
export function canonicalBytes(value: unknown): Uint8Array {
  assertJson(value, 0)
  return new TextEncoder().encode(canonicalize(value))
}
