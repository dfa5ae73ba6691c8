/**
 * Joins parts so that no two different lists give the same bytes: each is preceded by its length in four bytes. Strings
 * are UTF-8; a lone surrogate has no UTF-8 and would collide with another, so it is refused by TypeError.
 */
export function framed(parts: readonly (string | Uint8Array)[]): Buffer {
  const lengths = parts.map(lengthOf)
  // One buffer: a list opens some forty sealed values, each under a binding that is framed.
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0))
  let at = 0
  for (const [index, part] of parts.entries()) {
    at = bytes.writeUInt32BE(lengths[index]!, at)
    if (typeof part === 'string') bytes.write(part, at)
    else bytes.set(part, at)
    at += lengths[index]!
  }
  return bytes
}

function lengthOf(part: string | Uint8Array): number {
  if (typeof part !== 'string') return part.length
  if (!part.isWellFormed()) throw new TypeError('a part with a lone surrogate cannot be framed')
  return Buffer.byteLength(part)
}
