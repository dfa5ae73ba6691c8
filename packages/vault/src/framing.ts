/**
 * Joins parts so that no two different lists give the same bytes: each is preceded by its length in four bytes. Strings
 * are UTF-8; a lone surrogate has no UTF-8 and would collide with another, so it is refused by TypeError.
 */
export function framed(parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap(part => {
      if (typeof part === 'string' && !part.isWellFormed())
        throw new TypeError('a part with a lone surrogate cannot be framed')
      const bytes = Buffer.from(part as string)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
